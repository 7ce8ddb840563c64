"""Reading and writing files: whatever comes from outside runs nothing and costs bounded memory."""
