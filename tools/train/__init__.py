"""Train the message coders and measure them; scikit-learn is needed here only."""
