"""What tests share: editors, documents, models, made-up outcomes; fixtures are in `conftest.py` files."""
