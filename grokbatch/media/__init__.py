"""What is in a video file: its facts, whether it is whole, what it shows, and a picture of it."""
