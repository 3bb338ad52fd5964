"""How much of an article cleaning keeps, and how much of what it keeps is the article: `python -m eval.cleaning`."""
