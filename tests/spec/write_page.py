"""Write docs/vignettes.md from the vignettes."""

from test_vignettes import PAGE, page

PAGE.write_text(page(), encoding="utf-8")
