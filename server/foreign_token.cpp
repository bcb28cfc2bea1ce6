#include "server/foreign_token.hpp"

#include "server/area.hpp"
#include "server/base64.hpp"
#include "server/json/parse.hpp"
#include "server/json/visible.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cjose/cjose.h>
#include <memory>
#include <set>
#include <vector>

namespace liuhen::server {
namespace {

using nlohmann::json;

struct Pinnable {
    std::string_view algorithm, key_type;
};
constexpr Pinnable pinnable[] = {{"RS256", "RSA"}, {"PS256", "RSA"}, {"ES256", "EC"}};
constexpr std::size_t least_rsa_bytes = 256;
constexpr std::size_t most_rsa_bytes = 1'024;
constexpr std::array private_parts{"d", "p", "q", "dp", "dq", "qi", "oth", "k"};

struct Release {
    void operator()(cjose_jwk_t* key) const { cjose_jwk_release(key); }
    void operator()(cjose_jws_t* token) const { cjose_jws_release(token); }
};
using Key = std::unique_ptr<cjose_jwk_t, Release>;

Key import_key(const json& jwk) {
    const std::string text = jwk.dump();
    cjose_err error{};
    return Key{cjose_jwk_import(text.data(), text.size(), &error)};
}

std::string text_in(const json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::optional<std::string> fault_of_key(const json& key) {
    if (!key.is_object()) return "a key is an object";
    const std::string kid = text_in(key, "kid");
    if (kid.empty() || kid.size() > 200) return "each key has a kid";
    const std::string algorithm = text_in(key, "alg");
    if (algorithm == "EdDSA" || text_in(key, "kty") == "OKP")
        return "EdDSA cannot be checked here, ES256 can: key " + kid;
    const auto* const row = std::ranges::find(std::begin(pinnable), std::end(pinnable), algorithm,
                                              &Pinnable::algorithm);
    if (row == std::end(pinnable)) return "alg of key " + kid + " is RS256, PS256 or ES256";
    if (text_in(key, "kty") != row->key_type) return "kty of key " + kid + " does not fit its alg";
    if (key.contains("use") && text_in(key, "use") != "sig")
        return "key " + kid + " is not to sign";
    for (const char* part : private_parts) {
        if (key.contains(part)) return "key " + kid + " holds a private part";
    }
    if (row->key_type == "RSA") {
        const auto modulus = from_base64url(text_in(key, "n"));
        if (!modulus || modulus->size() < least_rsa_bytes || modulus->size() > most_rsa_bytes)
            return "key " + kid + " has not 2048 to 8192 bits";
    } else if (text_in(key, "crv") != "P-256") {
        return "key " + kid + " is not on P-256";
    }
    if (!import_key(key)) return "key " + kid + " cannot be read";
    return std::nullopt;
}

// Header and claims as they stand in the token, and its parts.
struct Opened {
    json header, claims;
};
std::optional<json> piece(std::string_view text) {
    const auto bytes = from_base64url(text);
    if (!bytes) return std::nullopt;
    auto document = parse_json(*bytes);  // refuses repeated names and depth
    if (!document || !document->is_object()) return std::nullopt;
    return *std::move(document);
}
std::optional<Opened> open(std::string_view token) {
    if (!is_foreign_form(token)) return std::nullopt;
    const auto first = token.find('.');
    const auto second = token.find('.', first + 1);
    auto header = piece(token.substr(0, first));
    auto claims = piece(token.substr(first + 1, second - first - 1));
    if (!header || !claims || !from_base64url(token.substr(second + 1))) return std::nullopt;
    return Opened{*std::move(header), *std::move(claims)};
}

// Nothing in the header may bring a key along, or ask for what is not understood (RFC 8725).
bool is_plain(const json& header) {
    constexpr std::array known{"alg", "kid", "typ"};
    return std::ranges::all_of(header.items(), [&known](const auto& item) {
        return std::ranges::find(known, item.key()) != known.end() && item.value().is_string();
    });
}

std::optional<json> key_named(const std::string& set, const std::string& kid) {
    const json document = json::parse(set);
    for (const json& key : document.at("keys")) {
        if (text_in(key, "kid") == kid) return key;
    }
    return std::nullopt;
}

std::optional<ForeignFault> verify(std::string_view token, const json& header,
                                   const TrustedIssuer& issuer) {
    if (!is_plain(header)) return ForeignFault::malformed;
    const auto key = key_named(issuer.keys, text_in(header, "kid"));
    if (!key) return ForeignFault::unknown_key;
    const std::string algorithm = text_in(*key, "alg");
    if (!is_pinnable(algorithm) || text_in(header, "alg") != algorithm)
        return ForeignFault::wrong_algorithm;
    const Key imported = import_key(*key);
    cjose_err error{};
    const std::unique_ptr<cjose_jws_t, Release> signed_token{
        cjose_jws_import(token.data(), token.size(), &error)};
    if (!imported || !signed_token) return ForeignFault::wrong_signature;
    if (!cjose_jws_verify(signed_token.get(), imported.get(), &error))
        return ForeignFault::wrong_signature;
    return std::nullopt;
}

bool is_for(const json& claims, const std::string& audience) {
    const auto found = claims.find("aud");
    if (found == claims.end()) return false;
    if (found->is_string()) return *found == audience;
    return found->is_array() && std::ranges::find(*found, json(audience)) != found->end();
}

// Seconds since 1970, possibly with a fraction (RFC 7519 NumericDate).
std::optional<Instant> moment(const json& claims, const char* name) {
    const auto found = claims.find(name);
    if (found == claims.end() || !found->is_number()) return std::nullopt;
    const double seconds = found->get<double>();
    if (!(seconds > 0 && seconds < 1e11)) return std::nullopt;
    return Instant{Duration{static_cast<std::int64_t>(seconds * 1000)}};
}

std::optional<ForeignFault> timing(const json& claims, Instant now) {
    const auto expires = moment(claims, "exp");
    if (!expires) return ForeignFault::malformed;
    if (*expires + token_leeway <= now) return ForeignFault::expired;
    if (!claims.contains("nbf")) return std::nullopt;
    const auto from = moment(claims, "nbf");
    if (!from) return ForeignFault::malformed;
    if (*from - token_leeway > now) return ForeignFault::not_yet_valid;
    return std::nullopt;
}

// The claim's text, or all texts of a list.
std::vector<std::string> values(const json& claims, const std::string& name) {
    std::vector<std::string> found;
    const auto claim = claims.find(name);
    if (claim == claims.end()) return found;
    if (claim->is_string()) found.push_back(claim->get<std::string>());
    if (!claim->is_array()) return found;
    for (const json& one : *claim) {
        if (one.is_string()) found.push_back(one.get<std::string>());
    }
    return found;
}

// The first value of the claim that the issuer's table knows: what it does not know is no role.
std::optional<std::string> role_of(const json& claims, const TrustedIssuer& issuer) {
    for (const auto& value : values(claims, issuer.role_claim)) {
        const auto found = issuer.roles.find(value);
        if (found != issuer.roles.end()) return found->second;
    }
    return std::nullopt;
}

std::optional<std::string> division_of(const json& claims, const TrustedIssuer& issuer) {
    if (issuer.division_claim.empty()) return issuer.division;
    const auto named = values(claims, issuer.division_claim);
    if (named.size() != 1 || !is_area(named.front())) return std::nullopt;
    if (!lies_in(named.front(), issuer.division)) return std::nullopt;
    return named.front();
}

std::string name_of(const json& claims, const std::string& subject) {
    for (const char* claim : {"name", "preferred_username"}) {
        const std::string name = text_in(claims, claim);
        const bool seen = !is_blank(name) && !first_hidden(name, Wording::name);
        if (seen && name.size() <= 60) return name;
    }
    return subject.substr(0, 60);
}

}  // namespace

bool is_pinnable(std::string_view algorithm) {
    return std::ranges::any_of(
        pinnable, [algorithm](const Pinnable& row) { return row.algorithm == algorithm; });
}

std::optional<std::string> fault_of_key_set(std::string_view text) {
    const auto document = parse_json(text);
    if (!document || !document->is_object() || !document->contains("keys"))
        return "a JWK set has `keys`";
    const json& keys = document->at("keys");
    if (!keys.is_array() || keys.empty() || keys.size() > max_provider_keys)
        return "a JWK set has one to ten keys";
    std::set<std::string> names;
    for (const json& key : keys) {
        if (auto fault = fault_of_key(key)) return fault;
        if (!names.insert(text_in(key, "kid")).second) return "two keys have one kid";
    }
    return std::nullopt;
}

bool is_foreign_form(std::string_view token) {
    return token.size() <= max_foreign_token_bytes && token.starts_with("eyJ") &&
           std::ranges::count(token, '.') == 2 && token.back() != '.';
}

std::optional<std::string> claimed_issuer(std::string_view token) {
    const auto opened = open(token);
    if (!opened) return std::nullopt;
    const std::string issuer = text_in(opened->claims, "iss");
    if (issuer.empty() || issuer.size() > 300) return std::nullopt;
    return issuer;
}

std::string_view code(ForeignFault fault) {
    constexpr std::array names{
        "malformed",      "unknown_key", "wrong_algorithm", "wrong_signature", "wrong_issuer",
        "wrong_audience", "expired",     "not_yet_valid",   "no_role",         "outside_area"};
    return names.at(static_cast<std::size_t>(fault));
}

Result<ForeignPerson, ForeignFault> read_foreign_token(std::string_view token,
                                                       const TrustedIssuer& issuer, Instant now) {
    const auto opened = open(token);
    if (!opened) return fail(ForeignFault::malformed);
    if (const auto fault = verify(token, opened->header, issuer)) return fail(*fault);
    const json& claims = opened->claims;
    if (text_in(claims, "iss") != issuer.issuer) return fail(ForeignFault::wrong_issuer);
    if (!is_for(claims, issuer.audience)) return fail(ForeignFault::wrong_audience);
    if (const auto fault = timing(claims, now)) return fail(*fault);
    ForeignPerson person;
    person.subject = text_in(claims, "sub");
    if (person.subject.empty() || person.subject.size() > 255) return fail(ForeignFault::malformed);
    person.name = name_of(claims, person.subject);
    const auto role = role_of(claims, issuer);
    if (!role) return fail(ForeignFault::no_role);
    const auto division = division_of(claims, issuer);
    if (!division) return fail(ForeignFault::outside_area);
    person.role = *role;
    person.division = *division;
    if (const auto bound = claims.find("cnf"); bound != claims.end()) {
        if (!bound->is_object()) return fail(ForeignFault::malformed);
        person.certificate = text_in(*bound, "x5t#S256");
        if (person.certificate.empty()) return fail(ForeignFault::malformed);  // bound otherwise
    }
    return person;
}

}  // namespace liuhen::server
