"""The demo: a current round in mid-window, two past rounds with certificates, a sign-in for every role."""
