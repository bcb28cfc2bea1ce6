#include "server/http/server.hpp"

#include "server/app.hpp"
#include "server/http/session.hpp"
#include "server/outbound/rules.hpp"
#include "server/tls.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include <stdexcept>

namespace liuhen::server {
namespace http {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::milliseconds accept_pause{50};  // when descriptors have run out

awaitable<void> tell(App& app, FollowUp news) {
    switch (news.what) {
        case FollowUp::What::manifest_changed: {
            ManifestId id{std::move(news.id)};
            co_await app.dispatch.manifest_changed(id);
            co_await app.orders.manifest_changed(std::move(id));
            break;
        }
        case FollowUp::What::fleet_changed:
            co_await app.dispatch.fleet_changed();
            break;
        case FollowUp::What::places_changed:
            co_await app.dispatch.places_changed();
            break;
        case FollowUp::What::order_given:
            app.orders.nudge({std::move(news.id)});
            break;
        case FollowUp::What::openings_changed: {
            VehicleId vehicle{std::move(news.id)};
            co_await app.dispatch.openings_changed(std::move(vehicle));
            break;
        }
        case FollowUp::What::registration_reset:
            app.registrations.forget(news.id);
            break;
        case FollowUp::What::token_revoked:
            break;
    }
}

}  // namespace

namespace {

// Of TLS nobody is told in clear: who has no place is closed upon.
void turn_away(const std::shared_ptr<Front>& front, tcp::socket& socket, Seats::Full why,
               const TlsKeys* tls) {
    front->metrics.request_answered("none", why == Seats::Full::all_at_work ? 503 : 429);
    if (tls == nullptr) turn_away(socket, why);
}

void admit(const std::shared_ptr<Front>& front, tcp::socket socket, const TlsKeys* tls,
           const asio::any_io_executor& executor) {
    error_code error;
    const auto peer = socket.remote_endpoint(error).address();
    if (error) return;  // it left already
    const bool proxy = front->proxies.contains(peer);
    const auto counted = proxy ? Seats::Counted::not_by_address : Seats::Counted::by_address;
    const std::string who = household(peer);
    Arrived arrived{std::move(socket), nullptr};
    if (tls != nullptr) {
        if (!proxy && front->access.hand_shakes.take(who, monotonic()).count() > 0)
            return turn_away(front, arrived.socket, Seats::Full::address_at_work, tls);
        arrived.tls = tls->context();
        auto shaking = front->hand_shakes->take(who, counted);
        if (!shaking.seat) return turn_away(front, arrived.socket, shaking.why, tls);
        arrived.shaking = std::move(shaking.seat);
    }
    auto taken = front->seats->take(who, counted);
    if (!taken.seat) return turn_away(front, arrived.socket, taken.why, tls);
    arrived.seat = std::move(taken.seat);
    auto session = converse(front, std::move(arrived));
    spawn("http.session", executor, std::move(session));
}

}  // namespace

awaitable<void> serve(std::shared_ptr<Front> front, HttpListener listener) {
    tcp::acceptor& acceptor = listener.acceptor;
    if (listener.tls == nullptr && !acceptor.local_endpoint().address().is_loopback())
        throw std::runtime_error{"plain HTTP is offered on loopback only"};
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer pause{executor};
    for (;;) {
        error_code error;
        auto token = asio::redirect_error(asio::use_awaitable, error);
        tcp::socket socket = co_await acceptor.async_accept(token);
        if (error == asio::error::operation_aborted || error == asio::error::bad_descriptor)
            co_return;
        if (error) {
            log::warn("http.accept", {{"fault", error.message()}});
            pause.expires_after(accept_pause);
            co_await pause.async_wait(asio::use_awaitable);
            continue;
        }
        admit(front, std::move(socket), listener.tls, executor);
    }
}

}  // namespace http

awaitable<void> serve_http(App& app, std::vector<HttpListener> listeners) {
    auto follow = [&app](http::FollowUp news) { return http::tell(app, std::move(news)); };
    auto front = std::make_shared<http::Front>(http::Front{app.clock,
                                                           app.database,
                                                           app.feed,
                                                           app.metrics,
                                                           app.health,
                                                           std::move(follow),
                                                           {},
                                                           app.safe.vault(),
                                                           app.config.public_url,
                                                           app.config.http_proxies});
    front->asks_certificates = !app.config.https_authorities.empty();
    for (const auto& role : app.config.bound_roles) {
        if (const auto known = manifest::role_from_code(role)) front->bound_only.push_back(*known);
    }
    const auto executor = co_await asio::this_coro::executor;
    OutboundRules::of(executor).policy = app.config.outbound;
    for (auto& listener : listeners)
        spawn("http.listener", executor, http::serve(front, std::move(listener)));
}

}  // namespace liuhen::server
