"""The test suite's own plugins; grokbatch itself is installed as one."""

pytest_plugins = ["pytester"]
