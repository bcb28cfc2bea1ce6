#include "server/http/server.hpp"

#include "server/app.hpp"
#include "server/http/session.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include <stdexcept>

namespace liuhen::server {
namespace http {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::milliseconds accept_pause{50};  // when descriptors have run out

// One of the places for a connection, held while it lives.
struct Seat {
    explicit Seat(std::shared_ptr<std::size_t> taken) : taken_(std::move(taken)) { ++*taken_; }
    ~Seat() {
        if (taken_) --*taken_;
    }
    Seat(Seat&&) noexcept = default;
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;

private:
    std::shared_ptr<std::size_t> taken_;
};

awaitable<void> seated(std::shared_ptr<Front> front, tcp::socket socket, Seat seat) {
    const Seat held = std::move(seat);
    co_await converse(std::move(front), std::move(socket));
}

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
        case FollowUp::What::registration_reset:
            app.registrations.forget(news.id);
            break;
        case FollowUp::What::token_revoked:
            break;
    }
}

}  // namespace

awaitable<void> serve(std::shared_ptr<Front> front, tcp::acceptor acceptor) {
    if (!acceptor.local_endpoint().address().is_loopback())
        throw std::runtime_error{"plain HTTP is offered on loopback only"};
    const auto executor = co_await asio::this_coro::executor;
    const auto taken = std::make_shared<std::size_t>(0);
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
        if (*taken >= max_connections) continue;  // closed again at once
        Seat seat{taken};
        auto session = seated(front, std::move(socket), std::move(seat));
        spawn("http.session", executor, std::move(session));
    }
}

}  // namespace http

awaitable<void> serve_http(App& app, asio::ip::tcp::acceptor acceptor) {
    auto follow = [&app](http::FollowUp news) { return http::tell(app, std::move(news)); };
    auto front = std::make_shared<http::Front>(http::Front{app.clock,
                                                           app.database,
                                                           app.feed,
                                                           app.metrics,
                                                           app.health,
                                                           std::move(follow),
                                                           {},
                                                           app.safe.vault()});
    co_await http::serve(std::move(front), std::move(acceptor));
}

}  // namespace liuhen::server
