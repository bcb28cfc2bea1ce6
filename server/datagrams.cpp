#include "server/datagrams.hpp"

#include "server/device_session.hpp"
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/manners.hpp"
#include "telematics/jtt808/scanner.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

#include <atomic>

namespace liuhen::server {
namespace {

using boost::system::error_code;

constexpr int datagrams_at_once = 64;  // then others have their turn
constexpr std::chrono::seconds between_notes{1};

// A line that counts itself while its device has not proved who it is.
struct Visitor final : Newcomer, std::enable_shared_from_this<Visitor> {
    Visitor(asio::any_io_executor executor, const udp::endpoint& from, UdpLine::Post post)
        : line(std::move(executor), from, std::move(post), counted) {}
    [[nodiscard]] bool unproven() const override { return counted > 0; }
    void send_away() override {
        asio::post(line.executor(), [self = shared_from_this()] {
            if (self->unproven()) self->line.end();
        });
    }
    std::atomic<std::size_t> counted = 0;  ///< 1 until it is proved
    UdpLine line;
};

// Nullopt: it does not begin with one.
std::optional<telematics::jtt808::Frame> first_frame(std::span<const std::byte> datagram) {
    telematics::jtt808::FrameScanner scanner;
    scanner.feed(datagram);
    auto piece = scanner.next();
    if (!piece || !*piece) return std::nullopt;
    return std::move(**piece);
}

// The number that the first frame bears; empty: it does not begin with a frame.
std::string number_in(std::span<const std::byte> datagram) {
    const auto frame = first_frame(datagram);
    return frame ? telematics::jtt808::terminal_number(frame->head) : std::string{};
}

// Whether the first frame is 0x0102 with this code.
bool begins_with_code(std::span<const std::byte> datagram, std::string_view code) {
    using telematics::jtt808::Authenticate;
    const auto frame = first_frame(datagram);
    if (!frame || frame->head.id != Authenticate::id || frame->head.part ||
        frame->head.encryption() != 0)
        return false;
    const auto message =
        telematics::jtt808::decode(Authenticate::id, frame->head.edition, frame->body());
    const auto* const said = message ? std::get_if<Authenticate>(&*message) : nullptr;
    return said != nullptr && telematics::jtt808::is_code(code, said->code);
}

}  // namespace

Datagrams::Datagrams(udp::socket socket, Exchange& exchange,
                     std::vector<std::unique_ptr<DeviceFloor>>& floors)
    : socket_(std::move(socket)), exchange_(exchange), floors_(floors) {
    error_code ignored;
    socket_.non_blocking(true, ignored);
}

awaitable<void> Datagrams::run() {
    std::vector<std::byte> room(max_chunk);
    while (socket_.is_open()) {
        error_code fault;
        auto readable = asio::redirect_error(asio::use_awaitable, fault);
        co_await socket_.async_wait(udp::socket::wait_read, readable);
        for (int i = 0; i < datagrams_at_once && !fault; ++i) {
            udp::endpoint from;
            const auto count = socket_.receive_from(asio::buffer(room), from, 0, fault);
            if (!fault) take({room.begin(), room.begin() + static_cast<long>(count)}, from);
        }
    }
}

awaitable<void> Datagrams::close() {
    error_code ignored;
    socket_.close(ignored);
    co_return;
}

void Datagrams::take(std::vector<std::byte> datagram, const udp::endpoint& from) {
    const Key key{from, number_in(datagram)};
    auto line = line_of(key, datagram);
    if (!line) return;
    auto executor = line->executor();
    asio::post(executor, [line = std::move(line), bytes = std::move(datagram)]() mutable {
        line->deliver(std::move(bytes));
    });
}

// Bytes without a number of their own belong to whoever speaks from there.
std::shared_ptr<UdpLine> Datagrams::line_of(const Key& key, std::span<const std::byte> datagram) {
    const auto found = lines_.lower_bound(key);
    const bool there = found != lines_.end() && found->first.first == key.first;
    if (there && (key.second.empty() || found->first.second == key.second)) return found->second;
    if (key.second.empty()) {
        floors_.front()->metrics.device_refused("not_a_frame");
        return nullptr;
    }
    return newcomer(key, datagram);
}

std::shared_ptr<UdpLine> Datagrams::newcomer(const Key& key, std::span<const std::byte> datagram) {
    DeviceFloor& floor = *floors_[next_floor_++ % floors_.size()];
    const auto directory = floor.board.read();
    const auto* terminal = directory->terminal(key.second);
    if (terminal == nullptr || terminal->protocol != name_of(Protocol::jt808)) {
        note(key);
        floor.metrics.device_refused("unknown_terminal");
        return nullptr;
    }
    const auto peer = key.first.address().to_string();
    const bool proves = begins_with_code(datagram, terminal->enrolled.auth_code);
    if (!proves && !strangers_.may_try(peer, monotonic())) {
        floor.metrics.device_refused("too_many_unproven");
        return nullptr;
    }
    const auto admission = exchange_.admit(peer);
    if (admission != Admission::admitted) {
        floor.metrics.device_refused(code(admission));
        return nullptr;
    }
    auto send = [this](udp::endpoint to, std::vector<std::byte> bytes) {
        return on(exchange_.executor(), post(std::move(to), std::move(bytes)));
    };
    auto visitor = std::make_shared<Visitor>(floor.shard.executor(), key.first, std::move(send));
    if (!proves && !unproven_.take(visitor, peer, monotonic())) {
        exchange_.dismiss(peer);
        floor.metrics.device_refused("too_many_unproven");
        return nullptr;
    }
    std::shared_ptr<UdpLine> line{visitor, &visitor->line};
    lines_.emplace(key, line);
    spawn("device session", exchange_.executor(), serve(floor, key, line));
    return line;
}

awaitable<void> Datagrams::serve(DeviceFloor& floor, Key key, std::shared_ptr<UdpLine> line) {
    auto talking = converse(floor, line);
    const auto ending = co_await on(floor.shard.executor(), std::move(talking));
    const auto peer = key.first.address().to_string();
    lines_.erase(key);
    exchange_.dismiss(peer);
    if (ending == Ending::stranger) strangers_.charge(peer, monotonic());
}

// A network that cannot take it now loses it, as it may.
awaitable<void> Datagrams::post(udp::endpoint to, std::vector<std::byte> datagram) {
    error_code ignored;
    socket_.send_to(asio::buffer(datagram), to, 0, ignored);
    co_return;
}

// Someone may have forgotten to enter a device; a flood is no news.
void Datagrams::note(const Key& key) {
    const auto now = monotonic();
    if (now < note_after_) return;
    note_after_ = now + between_notes;
    log::info("udp.unknown_terminal",
              {{"terminal", key.second}, {"peer", key.first.address().to_string()}});
}

}  // namespace liuhen::server
