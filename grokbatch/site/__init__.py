"""The Grok page: its locators, what is observed on the page and its network, and making videos there."""
