"""What every request is looked at for before it is sent, and every answer for what is another team's."""

import json
import os
import re

import requests
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


# Ids, and passwords in URLs: what nobody can guess, so an answer that has one was told it, or asked with it.
UNGUESSABLE = re.compile(r"\b[a-z]{2,10}_[0-9a-hjkmnp-tv-z]{26}\b|(?<=:)[A-Za-z0-9_-]{20,}(?=@)")
IDENTITIES = json.load(open(os.environ["FUZZ_AUTH"]))["auth"]
TOKENS = {identity["name"]: identity["fixedHeaders"][0]["value"] for identity in IDENTITIES}
# The team whose answer had it first. What every team is told belongs to none, and the operator's token is in the
# timeline of each team that it made.
OWNERS = {}
# What the first team has from the beginning, also where no answer told it yet.
FACTS = json.loads(os.environ["FUZZ_FACTS"])
LOOKED = {"answers": 0}
# Names of the first team that the other one sent itself, with a body of the first team's, so that its resources have
# them.
GIVEN = set()

DOCUMENT = requests.get(os.environ["FUZZ_DOCUMENT"], timeout=30).text
PUBLIC = {os.environ["FUZZ_OPERATOR_ID"], *UNGUESSABLE.findall(DOCUMENT)}


def unguessable_in(text):
    return set(UNGUESSABLE.findall(text)) - PUBLIC


def sent_with(request):
    body = request.body or ""
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body)
    return requests.utils.unquote(request.url) + text + str(request.headers)


def look(team, request, text):
    """Fails where the answer to a team has something of the other team that the request itself did not have."""
    sent = sent_with(request)
    known = unguessable_in(text) | ({fact for fact in FACTS if fact in text} if team == "stranger" else set())
    for thing in known:
        owner = OWNERS.setdefault(thing, "team" if thing in FACTS else team)
        if owner != team and thing not in sent and not (team == "stranger" and thing in GIVEN):
            raise AssertionError(f"The answer to {team} has {thing}, which is of {owner}.")


@schemathesis.check
def nothing_of_another_team(ctx, response, case):
    sent = response.request.headers.get("Authorization")
    team = next((name for name, token in TOKENS.items() if token == sent), None)
    if team is None:
        return
    look(team, response.request, response.text)
    # What the first team was answered, the other one asks for as well, by the same ids and with the same body.
    if team == "team" and response.status_code < 300:
        asked = response.request.copy()
        asked.headers["Authorization"] = TOKENS["stranger"]
        with requests.Session() as session:
            answer = session.send(asked, timeout=30)
        if asked.body and answer.status_code < 300:
            GIVEN.update(fact for fact in FACTS if fact in sent_with(asked))
        look("stranger", asked, answer.text)
        LOOKED["answers"] += 1
        with open(os.environ["FUZZ_LOOKED"], "w") as file:
            json.dump({**LOOKED, "things": sum(owner == "team" for owner in OWNERS.values())}, file)
