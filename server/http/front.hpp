// What the HTTP side needs of the server. Lives on the front thread.
#pragma once

#include "server/clock.hpp"
#include "server/database.hpp"
#include "server/feed.hpp"
#include "server/health.hpp"
#include "server/http/access.hpp"
#include "server/http/message.hpp"
#include "server/http/seats.hpp"
#include "server/metrics.hpp"
#include "server/networks.hpp"
#include "server/passwords.hpp"

#include <functional>
#include <memory>

namespace liuhen::server::http {

struct Front {
    const Clock& clock;
    Database& database;
    Feed& feed;
    Metrics& metrics;
    const Health& health;
    /// Tells the rest of the server what a committed request changed, before it is answered.
    std::function<awaitable<void>(FollowUp)> follow;
    Access access{};
    std::shared_ptr<const Vault> vault{};  ///< null: no key was given
    std::string issuer{};  ///< where people find this server, "https://…"; empty: by the address
    Networks proxies{};    ///< whose X-Forwarded-For is believed
    std::shared_ptr<PasswordBench> passwords = std::make_shared<PasswordBench>();
    std::unique_ptr<Seats> seats = std::make_unique<Seats>(Seats::Limits{});
    std::unique_ptr<Seats> hand_shakes = std::make_unique<Seats>(hand_shake_limits);
    bool asks_certificates = false;            ///< of clients over TLS
    std::vector<manifest::Role> bound_only{};  ///< roles whose tokens are bound to a certificate
};

}  // namespace liuhen::server::http
