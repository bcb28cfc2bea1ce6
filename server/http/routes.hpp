// Every address the server answers: verb, path, who may, and by what.
#pragma once

#include "manifest/enum_set.hpp"
#include "manifest/manifest.hpp"
#include "server/http/front.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::server::http {

using Roles = manifest::EnumSet<manifest::Role>;

/// Runs inside one transaction on a database thread, as the caller. A refused answer (status 400
/// and above) rolls back whatever it did.
using InTransaction = Reply (*)(pqxx::work&, const Call&);
/// Runs on the front thread.
using OnFront = awaitable<Reply> (*)(Front&, Call);

/// What is unusual of a route. Usually readers GET, members do the rest, each for himself, in JSON.
enum class Trait : std::uint8_t {
    personal,    ///< about the caller's own account: readers too, and with an initial password
    for_admins,  ///< Rank::admin only
    delegable,   ///< in the name of another organisation as well
    form,        ///< the body is application/x-www-form-urlencoded
    by_key,      ///< finds its rows by key: statements are planned once
    file,  ///< the body is the content of a file, up to 20 MiB, whatever its type is said to be
};
using Traits = manifest::EnumSet<Trait>;

struct Route {
    Verb verb{};
    std::string_view path;  ///< "/v1/manifests/{id}/{event}"
    Roles roles;            ///< empty: open to everybody, without a token
    InTransaction in_transaction = nullptr;
    OnFront on_front = nullptr;  ///< exactly one of the two is set
    Traits traits{};
    /// The line in which a call waits to be committed together with others; null: by itself.
    std::optional<CommitGroup> (*group)(const Call&) = nullptr;

    /// The least rank of those whom `roles` lets in.
    [[nodiscard]] constexpr Rank least() const {
        if (traits.has(Trait::for_admins)) return Rank::admin;
        return verb == Verb::get || traits.has(Trait::personal) ? Rank::reader : Rank::member;
    }
};
/// In order: the first that fits answers.
std::span<const Route> routes();

/// What the table says of a request.
struct Match {
    const Route* route = nullptr;  ///< null: 404 when `allowed` is empty, else 405
    std::map<std::string, std::string> places;
    std::vector<Verb> allowed;  ///< verbs of the address, in the table's order
};
Match find_route(std::span<const Route> table, Verb verb, std::string_view path);

std::string_view code(Verb verb);  ///< "GET"

}  // namespace liuhen::server::http
