"""What `make bench` measures: this service, and the peers that it is held against."""
