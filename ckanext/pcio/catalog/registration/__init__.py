"""What GD Catalog knows of each dataset."""
