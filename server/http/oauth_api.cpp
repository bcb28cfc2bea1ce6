// OAuth 2 for programs: client credentials (RFC 6749 section 4.4), revocation (RFC 7009),
// introspection (RFC 7662) and metadata (RFC 8414). Access tokens are opaque: a row, no more.
#include "server/crypto.hpp"
#include "server/http/body.hpp"
#include "server/http/form.hpp"
#include "server/http/origin.hpp"
#include "server/http/people_api.hpp"
#include "server/store/clients.hpp"
#include "server/store/tokens.hpp"

#include <nlohmann/json.hpp>

namespace liuhen::server::http {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds token_lasts{3600};

// RFC 6749 section 5.2: not a problem document, but what OAuth libraries read.
Reply oauth_error(unsigned status, std::string_view error, std::string_view description) {
    Reply reply = json_reply({{"error", error}, {"error_description", description}}, status);
    reply.headers.emplace_back("Cache-Control", "no-store");
    return reply;
}

Reply wrong_client() {
    Reply reply = oauth_error(401, "invalid_client", "client id and secret do not fit together");
    reply.headers.emplace_back("WWW-Authenticate", "Basic realm=\"liuhen\", charset=\"UTF-8\"");
    return reply;
}

Reply too_often(std::chrono::seconds wait) {
    Reply reply = oauth_error(429, "slow_down", "too many attempts");
    reply.headers.emplace_back("Retry-After", std::to_string(wait.count()));
    return reply;
}

using Form = std::map<std::string, std::string>;

struct Credentials {
    std::string id, secret;
};
// From the header (client_secret_basic, each part form-encoded) or the form (client_secret_post);
// nullopt when both are used, or neither.
std::optional<Credentials> credentials(const Request& request, const Form& form) {
    const auto posted = form.find("client_id");
    const std::string header = request.header("authorization");
    if (header.empty()) {
        const auto secret = form.find("client_secret");
        if (posted == form.end() || secret == form.end()) return std::nullopt;
        return Credentials{posted->second, secret->second};
    }
    if (form.contains("client_secret")) return std::nullopt;
    const auto pair = basic_credentials(header);
    if (!pair) return std::nullopt;
    const auto id = parse_form("v=" + pair->first);
    const auto secret = parse_form("v=" + pair->second);
    if (!id || !secret) return std::nullopt;
    if (posted != form.end() && posted->second != id->at("v")) return std::nullopt;
    return Credentials{id->at("v"), secret->at("v")};
}

// A program that showed who it is, with what it asks; or the answer that turns it away.
struct Asking {
    Form form;
    std::optional<store::KnownClient> client;
    Reply refusal;
};
awaitable<Asking> identify(Front& front, Request request) {
    Asking asking;
    auto form = parse_form(request.body);
    if (!form) {
        asking.refusal = oauth_error(400, "invalid_request", "the form cannot be read");
        co_return asking;
    }
    asking.form = *std::move(form);
    auto& guesses = front.access.wrong_logins;
    if (const auto wait = guesses.wait(request.peer, monotonic()); wait.count() > 0) {
        asking.refusal = too_often(wait);
        co_return asking;
    }
    const auto given = credentials(request, asking.form);
    if (given && is_uuid(given->id)) {
        auto look_up = [id = given->id, digest = sha256_hex(given->secret)](pqxx::work& db) {
            return store::find_client(db, id, digest);
        };
        auto looking = front.database.transact_as(Identity{}, std::move(look_up));
        asking.client = co_await std::move(looking);
    }
    if (!asking.client) {
        guesses.take(request.peer, monotonic());
        asking.refusal = wrong_client();
    }
    co_return asking;
}

std::string value(const Form& form, const std::string& name) {
    const auto found = form.find(name);
    return found == form.end() ? std::string{} : found->second;
}

std::int64_t seconds_of(Instant at) {
    return std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()).count();
}

// A resource server may ask about tokens of its own organisation, and the operator's about all.
bool may_inspect(const store::KnownClient& client, const store::GivenToken& token) {
    if (client.role == "operator" || client.id == token.client) return true;
    return !client.party.empty() && client.party == token.party;
}

}  // namespace

awaitable<Reply> give_access_token(Front& front, Call call) {
    auto identifying = identify(front, call.request);
    const Asking asking = co_await std::move(identifying);
    if (!asking.client) co_return asking.refusal;
    const std::string grant = value(asking.form, "grant_type");
    if (grant.empty()) co_return oauth_error(400, "invalid_request", "grant_type is missing");
    if (grant != "client_credentials")
        co_return oauth_error(400, "unsupported_grant_type", "only client_credentials");
    if (!value(asking.form, "scope").empty())
        co_return oauth_error(400, "invalid_scope", "a client's role is its scope");
    const auto& client = *asking.client;
    if (const auto wait = front.access.access_tokens.take(client.id, monotonic()); wait.count() > 0)
        co_return too_often(wait);
    const std::string secret = new_token();
    store::NewToken token;
    token.id = uuid_v7(call.now);
    token.digest = sha256_hex(secret);
    token.role = client.role;
    token.party = client.party;
    token.person = client.name.substr(0, 60);
    token.label = "access token";
    token.expires_at = call.now + token_lasts;
    token.division = client.division;
    token.rank = client.rank;
    token.client = client.id;
    token.peer = call.request.peer;
    token.certificate = call.request.certificate;
    auto write = [token](pqxx::work& db) { store::insert_token(db, token); };
    auto writing = front.database.transact_as(Identity{}, std::move(write));
    co_await std::move(writing);
    Reply reply = json_reply(
        {{"access_token", secret}, {"token_type", "Bearer"}, {"expires_in", token_lasts.count()}});
    reply.headers.emplace_back("Cache-Control", "no-store");
    reply.headers.emplace_back("Pragma", "no-cache");
    co_return reply;
}

awaitable<Reply> revoke_access_token(Front& front, Call call) {
    auto identifying = identify(front, call.request);
    const Asking asking = co_await std::move(identifying);
    if (!asking.client) co_return asking.refusal;
    const std::string token = value(asking.form, "token");
    if (token.empty()) co_return oauth_error(400, "invalid_request", "token is missing");
    Reply done;  // an unknown token is as good as revoked
    done.body = "{}";
    if (!is_token_form(token)) co_return done;
    enum class Outcome : std::uint8_t { revoked, of_another };
    auto revoke = [digest = sha256_hex(token), client = asking.client->id,
                   now = call.now](pqxx::work& db) -> std::pair<Outcome, std::string> {
        const auto given = store::find_given(db, digest, now);
        if (!given) return {Outcome::revoked, {}};
        if (given->client != client) return {Outcome::of_another, {}};
        store::revoke_token(db, given->id, now);
        return {Outcome::revoked, given->id};
    };
    auto revoking = front.database.transact_as(Identity{}, std::move(revoke));
    const auto [outcome, id] = co_await std::move(revoking);
    if (outcome == Outcome::of_another)
        co_return oauth_error(400, "unauthorized_client", "the token was given to another client");
    if (!id.empty()) done.follow_ups.push_back({FollowUp::What::token_revoked, id});
    co_return done;
}

awaitable<Reply> introspect_token(Front& front, Call call) {
    auto identifying = identify(front, call.request);
    const Asking asking = co_await std::move(identifying);
    if (!asking.client) co_return asking.refusal;
    const std::string token = value(asking.form, "token");
    if (token.empty()) co_return oauth_error(400, "invalid_request", "token is missing");
    std::optional<store::GivenToken> given;
    if (is_token_form(token)) {
        auto look_up = [digest = sha256_hex(token), now = call.now](pqxx::work& db) {
            return store::find_given(db, digest, now);
        };
        auto looking = front.database.transact_as(Identity{}, std::move(look_up));
        given = co_await std::move(looking);
    }
    json body{{"active", false}};
    if (given && may_inspect(*asking.client, *given)) {
        body = {{"active", true},
                {"token_type", "Bearer"},
                {"iat", seconds_of(given->issued)},
                {"iss", origin_of(front, call.request)},
                {"sub", given->client.empty() ? given->account : given->client},
                {"role", given->role}};
        if (!given->client.empty()) body["client_id"] = given->client;
        if (!given->party.empty()) body["party"] = given->party;
        if (given->expires) body["exp"] = seconds_of(*given->expires);
        if (!given->certificate.empty()) body["cnf"] = {{"x5t#S256", given->certificate}};
    }
    Reply reply = json_reply(body);
    reply.headers.emplace_back("Cache-Control", "no-store");
    co_return reply;
}

awaitable<Reply> oauth_metadata(Front& front, Call call) {
    const std::string origin = origin_of(front, call.request);
    const json methods{"client_secret_basic", "client_secret_post"};
    co_return json_reply({{"issuer", origin},
                          {"token_endpoint", origin + "/oauth/token"},
                          {"revocation_endpoint", origin + "/oauth/revoke"},
                          {"introspection_endpoint", origin + "/oauth/introspect"},
                          {"grant_types_supported", {"client_credentials"}},
                          {"response_types_supported", json::array()},
                          {"token_endpoint_auth_methods_supported", methods},
                          {"revocation_endpoint_auth_methods_supported", methods},
                          {"introspection_endpoint_auth_methods_supported", methods},
                          {"tls_client_certificate_bound_access_tokens", front.asks_certificates},
                          {"service_documentation", origin + "/docs"}});
}

}  // namespace liuhen::server::http
