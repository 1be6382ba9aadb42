"""What the Lightroom plug-in takes over, batch by batch."""
