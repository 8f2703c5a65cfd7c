"""Many at once, over real HTTP against a real server: 300 officers who autosave, and everybody who files at the last minute.

Nothing here is imported before Django is set up: the server and the process that makes the data set it up themselves.
"""
