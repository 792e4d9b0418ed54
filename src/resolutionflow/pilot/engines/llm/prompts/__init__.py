"""What a model is told, word for word. Shapes are shown with `<angle bracket>` placeholders only, so that no example can be parroted."""
