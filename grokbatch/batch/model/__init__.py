"""What a batch file says, as checked values: the batch, its videos, and the errors about them."""
