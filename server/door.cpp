#include "server/door.hpp"

#include "server/device_session.hpp"
#include "server/proxy_header.hpp"
#include "server/tcp_line.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

namespace liuhen::server {
namespace {

bool is_balancer(const Door& door, const std::string& peer) {
    if (door.balancers == nullptr) return false;
    boost::system::error_code fault;
    const auto address = asio::ip::make_address(peer, fault);
    return !fault && door.balancers->contains(address);
}

std::string text_of(const ProxySource& source) {
    if (const auto* v4 = std::get_if<IpV4>(&source.address)) {
        return asio::ip::address_v4{*v4}.to_string();
    }
    const asio::ip::address_v6 v6{std::get<IpV6>(source.address)};
    if (!v6.is_v4_mapped()) return v6.to_string();
    return asio::ip::make_address_v4(asio::ip::v4_mapped, v6).to_string();
}

awaitable<void> fill(Line& line, std::span<std::byte> room) {
    while (!room.empty() && !line.ended) {
        auto receiving = line.receive(room);
        room = room.subspan(co_await std::move(receiving));
    }
}

// Takes the header's bytes and not one more.
awaitable<Result<std::optional<ProxySource>, ProxyFault>> hear_header(Line& line) {
    std::array<std::byte, proxy_prefix + max_proxy_rest> header{};
    const std::span<std::byte> whole{header};
    auto beginning = fill(line, whole.first(proxy_prefix));
    co_await std::move(beginning);
    if (line.ended) co_return fail(ProxyFault::truncated);
    const auto rest = proxy_rest(whole.first(proxy_prefix));
    if (!rest) co_return fail(rest.error());
    auto ending = fill(line, whole.subspan(proxy_prefix, *rest));
    co_await std::move(ending);
    if (line.ended) co_return fail(ProxyFault::truncated);
    co_return read_proxy_header(whole.first(proxy_prefix + *rest));
}

// A balancer that is trusted has to say for whom it speaks. Runs on the floor's shard.
awaitable<void> greet(DeviceFloor& floor, std::shared_ptr<TcpLine> line) {
    const Lines::Entry entry{floor.lines, *line};
    line->deadline = monotonic() + floor.limits.greeting;
    line->waiting = true;  // nothing is lost by closing it
    auto hearing = hear_header(*line);
    const auto header = co_await std::move(hearing);
    line->waiting = false;
    if (!header) {
        const std::string fault{code(header.error())};
        floor.metrics.device_refused("proxy_" + fault);
        log::warn("proxy.refused", {{"peer", line->peer}, {"fault", fault}});
        line->cut();
        co_return;
    }
    if (*header) line->peer = text_of(**header);
}

struct Shaking final : Newcomer {
    explicit Shaking(Line& begun) : line(begun) {}
    void send_away() override {
        sent_away = true;
        line.cut();
    }
    Line& line;
    bool sent_away = false;
};

// Nothing: the line is fit to talk. Who found no place, or lost it to another, is no stranger.
awaitable<std::optional<Ending>> shake_hands(DeviceFloor& floor, std::shared_ptr<Line> line) {
    const Lines::Entry entry{floor.lines, *line};
    const auto shaking = std::make_shared<Shaking>(*line);
    if (!floor.shaking_hands.take(shaking, line->peer, monotonic())) {
        shaking->send_away();
    } else {
        line->deadline = monotonic() + floor.limits.greeting;
        line->waiting = true;
        auto opening = line->open();
        co_await std::move(opening);
        line->waiting = false;
    }
    if (!line->ended) co_return std::nullopt;
    floor.metrics.device_refused(shaking->sent_away ? "too_many_handshakes" : "tls_handshake");
    co_return shaking->sent_away ? Ending::usual : Ending::stranger;
}

awaitable<Ending> serve(DeviceFloor& floor, Door door, std::shared_ptr<TcpLine> plain) {
    std::shared_ptr<Line> line = plain;
    if (door.tls != nullptr) {
        line = door.tls->line(plain->release(), door.protocol, plain->peer);
        plain.reset();
        auto shaking = shake_hands(floor, line);
        const auto over = co_await std::move(shaking);
        if (over) co_return *over;
    }
    plain.reset();
    auto talking = converse(floor, std::move(line));
    co_return co_await std::move(talking);
}

// On the exchange's executor, which counts who is connected.
awaitable<void> take_call(DeviceFloor& floor, Door door, std::shared_ptr<TcpLine> line) {
    auto& exchange = floor.exchange;
    if (is_balancer(door, line->peer)) {
        if (exchange.admit("") != Admission::admitted) co_return;
        auto greeting = greet(floor, line);
        co_await on(floor.shard.executor(), std::move(greeting));
        exchange.dismiss("");
        if (line->ended) co_return;
    }
    const std::string peer = line->peer;
    if (const auto admission = exchange.admit(peer); admission != Admission::admitted) {
        floor.metrics.device_refused(code(admission));
        co_return;
    }
    auto serving = serve(floor, door, std::move(line));
    const auto ending = co_await on(floor.shard.executor(), std::move(serving));
    exchange.dismiss(peer);
    if (ending == Ending::stranger) exchange.turned_away(peer);
}

}  // namespace

awaitable<void> take_calls(tcp::acceptor& acceptor, Door door,
                           std::vector<std::unique_ptr<DeviceFloor>>& floors) {
    for (std::size_t next = 0; acceptor.is_open(); ++next) {
        DeviceFloor& floor = *floors[next % floors.size()];
        tcp::socket socket{floor.shard.executor()};
        boost::system::error_code fault;
        auto accepted = asio::redirect_error(asio::use_awaitable, fault);
        co_await acceptor.async_accept(socket, accepted);
        if (!acceptor.is_open()) co_return;
        if (fault) {  // out of descriptors: those who wait in the queue are served later
            floor.metrics.device_refused("accept_failed");
            asio::steady_timer pause{acceptor.get_executor(), std::chrono::milliseconds{100}};
            co_await pause.async_wait(asio::use_awaitable);
            continue;
        }
        auto line = std::make_shared<TcpLine>(std::move(socket), door.protocol);
        spawn("device session", floor.exchange.executor(), take_call(floor, door, line));
    }
}

}  // namespace liuhen::server
