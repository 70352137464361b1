"""Files and jobs, whatever surface asks: checked, queued, trained or replayed, recorded."""
