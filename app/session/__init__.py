"""The work on the open piece: transfers, generated pieces, listening, exports, batches. No widget."""
