"""The controls beside and below the views: transfer, generate, dynamics, style meter, transport."""
