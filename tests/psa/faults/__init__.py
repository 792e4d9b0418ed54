"""Whatever goes wrong and whenever a worker dies: nothing is written twice."""
