"""What a door other than Lightroom gets beside each photo: composed, put in place, and accounted for."""
