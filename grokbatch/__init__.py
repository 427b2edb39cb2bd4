"""Many videos from one Grok Imagine image: a batch file in, finished videos out, driven by pytest."""
