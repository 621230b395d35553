"""What a browser is shown: pages, and what they are made with. Their data comes from the rest."""
