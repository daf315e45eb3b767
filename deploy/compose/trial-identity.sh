# prepare: a signing key and its public half, and the token with which the services read each other's feeds.
# token --person ID --role ROLE...: a token for a person, printed.
# For trials only. In production an identity provider does this, and the services are given its key set.
set -eu
verb=$1
shift
issue() { python -m chassis.identity issue --directory /identity-key --hours 8784 "$@"; }
case $verb in
prepare)
    issue --person system:feeds --role integration --token-file /identity/feed.token
    cp /identity-key/jwks.json /identity/jwks.json
    ;;
token) issue "$@" ;;
esac
