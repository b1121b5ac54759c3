"""From knowledge to scenarios and likelihoods; knows nothing of patients."""
