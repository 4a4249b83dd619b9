"""The engine of aw: rewrites of a paragraph, ranked by pairwise judgement, evolved for some generations."""
