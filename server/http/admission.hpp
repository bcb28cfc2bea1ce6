// Who may come in: from a bearer token to its caller, by role, rank and the limits on who guesses.
#pragma once

#include "server/http/rates.hpp"
#include "server/http/routes.hpp"

#include <optional>
#include <string>

namespace liuhen::server::http {

/// A caller, or the answer that turns it away.
struct Admission {
    std::optional<Caller> caller;
    Reply refusal;
};

/// What of a request says who sends it.
struct Arrival {
    std::string token;         ///< empty: none
    std::string peer;          ///< address
    std::string on_behalf_of;  ///< header Liuhen-On-Behalf-Of; empty: in its own name
    std::string act;           ///< the event of a manifest that is asked for; empty: none
    std::string certificate;   ///< of the client, x5t#S256; empty: none
    static Arrival of(const Request& request, const Match& match);
};

/// `route` lies in the constant table and lets nobody in without a token.
awaitable<Admission> admit(Front& front, const Route& route, Arrival arrival, Rates& rates);

/// Finds the caller of a token that is valid now: for streams that outlive a request too.
awaitable<std::optional<Caller>> find_caller(Front& front, std::string token);

/// Whether a token that is bound to a certificate came from somewhere else.
inline bool is_stolen(const Caller& caller, const std::string& certificate) {
    return !caller.certificate.empty() && caller.certificate != certificate;
}
/// What is said to a role whose tokens must be bound, of one that is not.
std::optional<Reply> unbound(const Front& front, std::string_view role,
                             const std::string& certificate);

/// For whom row-level security lets rows be seen.
Identity identity_of(const Caller& caller);

}  // namespace liuhen::server::http
