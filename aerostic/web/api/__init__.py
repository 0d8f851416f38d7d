"""The API on `api.*`: `/api/v1`, for programs that come with an API key.

A blueprint of the API (`blueprint`) holds every route to a permission of the key and answers a repeated POST as the first;
errors have one shape (`problems`); lists come in pages by cursor (`paging`). The application itself stays a plain Flask
application: `document` draws the OpenAPI document by an APIFlask one that serves nothing.
"""
