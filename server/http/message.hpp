// A request and its answer as values, free of any HTTP library.
#pragma once

#include "manifest/manifest.hpp"
#include "server/spawn.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace liuhen::server {
class Vault;
}

namespace liuhen::server::http {

inline constexpr std::size_t max_header_bytes = 8 * 1024;
inline constexpr std::size_t max_body_bytes = 256 * 1024;
inline constexpr std::chrono::seconds header_time{10};  ///< monotonic, for the whole header
inline constexpr std::chrono::seconds body_time{30};    ///< for the whole body
inline constexpr std::chrono::seconds write_time{60};   ///< for each answer, or piece of a stream
inline constexpr std::chrono::seconds idle_time{60};    ///< between requests of one connection

enum class Verb : std::uint8_t { get, post, put, delete_, other };

struct Request {
    Verb verb{};
    std::string method;  ///< as sent
    std::string path;    ///< percent-decoded, without the query
    std::map<std::string, std::string> query;
    std::map<std::string, std::string> headers;  ///< by name in lower case; repeated ones joined
    std::string body;
    std::string peer;           ///< who is counted as one: an IPv4 address, the /64 of an IPv6 one
    std::string certificate{};  ///< that the client showed over TLS, as x5t#S256; empty: none
    bool over_tls = false;

    /// Empty when absent.
    [[nodiscard]] std::string header(const std::string& name) const {
        const auto found = headers.find(name);
        return found == headers.end() ? std::string{} : found->second;
    }
    [[nodiscard]] std::string parameter(const std::string& name) const {
        const auto found = query.find(name);
        return found == query.end() ? std::string{} : found->second;
    }
};

/// Splits and decodes a request target. Nullopt: not origin form, broken %-escapes, a slash escaped
/// in the path, a repeated parameter, or what is no UTF-8 or holds control characters.
struct Target {
    std::string path;
    std::map<std::string, std::string> query;
};
std::optional<Target> parse_target(std::string_view target);

/// What the rest of the server must hear of once the answer's transaction is committed.
struct FollowUp {
    enum class What : std::uint8_t {
        manifest_changed,
        fleet_changed,
        places_changed,
        token_revoked,
        order_given,
        openings_changed,
        registration_reset
    };
    What what{};
    std::string id;  ///< manifest, token, vehicle, or number of the terminal concerned
};

struct Reply;
/// The next piece of a stream: text/event-stream lines; an empty piece ends the stream.
using NextPiece = std::function<awaitable<std::string>()>;

struct Reply {
    unsigned status = 200;
    std::string content_type = "application/json";
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    /// Kept for repetitions in place of `body` when that holds a secret shown once.
    std::optional<std::string> body_for_replay;
    std::vector<FollowUp> follow_ups;
    NextPiece stream;  ///< when set, `body` is not sent
    /// A refusal that is a record itself: what the handler wrote is committed all the same.
    bool on_record = false;

    [[nodiscard]] bool refused() const { return status >= 400; }
};

/// How much of what its role may do a caller may do: each may what those before it may.
enum class Rank : std::uint8_t { reader, member, admin };

/// Who calls: the holder of a valid token.
struct Caller {
    manifest::Role role{};
    PartyId party;         ///< empty for regulator, police, operator; as a delegate: the delegator
    std::string token_id;  ///< a stable uuid for holders of a JWT
    std::string person;    ///< name of the holder
    std::string division;  ///< of an authority: 2, 4 or 6 digits; empty: the whole country
    Rank rank = Rank::member;
    std::string account;            ///< the name that signs: a member's login, else `person`
    std::string member;             ///< uuid of the member who is logged in, or empty
    bool initial = false;           ///< the member's password was given by somebody else
    PartyId delegate;               ///< who acts in the name of `party`; empty: `party` itself
    std::vector<std::string> acts;  ///< of a delegate: codes of events
    std::string certificate;        ///< x5t#S256 that the token is bound to (RFC 8705), or empty
};

/// One request on its way through a handler.
struct Call {
    Request request;
    Caller caller;                              ///< empty on routes open to everybody
    std::map<std::string, std::string> places;  ///< "{id}" of the path, by name
    Instant now;                                ///< the server's clock at its arrival
    std::shared_ptr<const Vault> vault{};       ///< null or closed: no secret can be kept

    [[nodiscard]] const std::string& place(const std::string& name) const {
        return places.at(name);
    }
};

}  // namespace liuhen::server::http
