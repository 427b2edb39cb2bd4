"""Learning the locators of an unknown page from a person who shows them."""
