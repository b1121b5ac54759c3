"""Filling the clinician's form in a browser."""


def fill(page, name, value):
    """Set a form field as a person would, wherever its group is folded away."""
    page.evaluate(
        """([name, value]) => {
            const f = document.getElementById('case').elements.namedItem(name);
            if (f instanceof RadioNodeList) [...f].find((r) => r.value === value).checked = true; else f.value = value;
            (f instanceof RadioNodeList ? f[0] : f).dispatchEvent(new Event('change', {bubbles: true}));
        }""",
        [name, value],
    )
