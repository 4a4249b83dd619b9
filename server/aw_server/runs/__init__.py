"""What every front end needs of a run: models opened, a history kept, forecasts, and words for refusals."""
