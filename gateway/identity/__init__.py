"""The routes of identity: what a browser asks to sign in, stay and leave, where the answer sets a cookie."""
