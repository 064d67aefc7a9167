"""What every request is looked at for before it is sent."""

import os

import schemathesis


@schemathesis.hook
def before_call(context, case, kwargs):
    for name, value in case.path_parameters.items():
        # Nothing revokes the token that all requests are made with: after that they would try nothing.
        if value == os.environ["FUZZ_TOKEN_ID"]:
            case.path_parameters[name] = "tok_00000000000000000000000000"
        # An HTTP API ends a path at a question mark, encoded or not: the request would be one for another path.
        elif isinstance(value, str):
            case.path_parameters[name] = value.replace("?", "!").replace("%3F", "!")
