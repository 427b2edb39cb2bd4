"""The Grok page: locators as data, the page object, and what is seen in the page."""
