"""What is told to the outside about the work done: events, and the observers that log them."""
