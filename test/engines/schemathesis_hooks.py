"""What schemathesis is told of the documents that no document can say."""

from urllib.parse import quote, unquote

import schemathesis

# Up to 10,240 bytes of a request line and its headers go through; API Gateway refuses more by itself, with 431.
LONGEST_QUERY = 6_000


def with_emails(schema):
    """Its generator cannot draw from the pattern of addresses, which speaks of classes of Unicode."""
    if isinstance(schema, dict):
        if "Default_Ignorable" in str(schema.get("pattern", "")) and "@" in schema["pattern"]:
            del schema["pattern"]
            schema["format"] = "email"
        for part in schema.values():
            with_emails(part)
    elif isinstance(schema, list):
        for part in schema:
            with_emails(part)


@schemathesis.hook
def before_load_schema(context, raw_schema):
    with_emails(raw_schema)


@schemathesis.hook
def filter_path_parameters(context, path_parameters):
    """API Gateway ends a path at a question mark that it decoded, and knows no path with an empty part.

    Values come as they are, or with percent signs already.
    """
    values = [unquote(str(value)) for value in (path_parameters or {}).values()]
    return all(not set("?/#") & set(value) and value.strip(".") for value in values)


@schemathesis.hook
def filter_query(context, query):
    return sum(len(quote(str(value))) for value in (query or {}).values()) <= LONGEST_QUERY
