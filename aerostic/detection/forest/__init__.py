"""The isolation forest: what rules miss, found in the shape of a subject's figures rather than in one of them.

One forest for the platform, over vectors that are normalised to each subject's and tenant's usual (features.py). scikit-learn
fits it (fitting.py); what scores is arrays (flat.py). Versions are rows of `risk_model` (versions.py), made by a job
(training.py). Who scores asks a `Scorer` (scoring.py), which does so here or in the service `wsgi:ml`.
"""
