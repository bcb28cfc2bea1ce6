#include "server/device_session.hpp"

#include "server/log.hpp"
#include "server/papers.hpp"
#include "telematics/elock/dialogue.hpp"
#include "telematics/jtt808/dialogue.hpp"

#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <map>

namespace liuhen::server {
namespace {

constexpr std::string_view names[] = {"jt808", "jt701"};
std::string_view name_of(Protocol protocol) { return names[static_cast<std::size_t>(protocol)]; }

telematics::Enrolment enrolment_of(const DirectoryBoard& board, Protocol protocol) {
    return [&board, spoken = name_of(protocol)](
               std::string_view number) -> std::optional<telematics::Enrolled> {
        const auto directory = board.read();
        const auto* terminal = directory->terminal(number);
        if (terminal == nullptr || terminal->protocol != spoken) return std::nullopt;
        return terminal->enrolled;
    };
}

// Everything that one chunk came to, by the vehicle it concerns.
struct Sorted {
    std::map<VehicleId, Report> reports;
    store::Entry rest;  // of no vehicle
};

// What is refused from a device that nobody knows is evidence once, and a flood afterwards.
bool may_keep(DeviceFloor& floor, bool known) {
    if (known) return true;
    const auto now = monotonic();
    if (now - floor.strangers_since > std::chrono::minutes{1}) {
        floor.strangers_since = now;
        floor.strangers_kept = 0;
    }
    return floor.strangers_kept++ < max_strangers_per_minute;
}

void keep_refused(DeviceFloor& floor, const Line& line, const std::string& number,
                  std::vector<telematics::Refused>& refused, store::Entry& entry) {
    for (auto& piece : refused) {
        const std::string fault{telematics::code(piece.fault)};
        floor.metrics.device_refused(fault);
        if (!may_keep(floor, !number.empty())) continue;
        entry.quarantine.push_back(
            {number, line.peer, floor.clock.now(), fault, std::move(piece.bytes)});
    }
}

// Sightings go to the vehicle that the device was on at their own time.
void sort_sightings(DeviceFloor& floor, const Directory& directory, const KnownTerminal& terminal,
                    std::vector<Sighting>& seen, Instant received, Sorted& sorted) {
    for (const Sighting& one : seen) {
        const auto* vehicle = directory.carrier_of(terminal, time_of(one.what));
        store::Arrival arrival{
            .terminal_key = terminal.key, .vehicle_key = {}, .received = received};
        if (vehicle != nullptr) arrival.vehicle_key = vehicle->key;
        auto row = store::to_row(one, arrival);
        const bool plausible = (row.flags & store::Flag::implausible_time) == 0;
        if (!plausible) floor.metrics.observations_implausible(1);
        if (vehicle == nullptr) {
            sorted.rest.observations.push_back(std::move(row));
            continue;
        }
        auto& report = sorted.reports[vehicle->id];
        report.vehicle = vehicle->id;
        report.received = received;
        if (plausible) report.seen.push_back({terminal.key, store::to_sighting(row)});
        report.entry.observations.push_back(std::move(row));
    }
}

Sorted sort(DeviceFloor& floor, const Line& line, const std::optional<TerminalId>& speaker,
            telematics::Turn& turn) {
    Sorted sorted;
    const Instant received = floor.clock.now();
    const auto directory = floor.board.read();
    const auto* terminal = speaker ? directory->terminal(speaker->text) : nullptr;
    keep_refused(floor, line, speaker ? speaker->text : "", turn.refused, sorted.rest);
    if (terminal == nullptr) return sorted;
    sort_sightings(floor, *directory, *terminal, turn.seen, received, sorted);
    auto& with = sorted.reports.empty() ? sorted.rest : sorted.reports.begin()->second.entry;
    for (auto& frame : turn.frames) {
        with.frames.push_back({terminal->key, received, std::move(frame)});
    }
    add_papers(with, turn, *terminal, line.peer, received);
    return sorted;
}

// Returns once everything is committed: only then may the reply leave.
awaitable<void> store_turn(DeviceFloor& floor, Sorted sorted) {
    for (auto& [vehicle, report] : sorted.reports) {
        auto& shard = floor.shards.owner_of(vehicle);
        auto recording = on(shard.executor(), shard.record(std::move(report)));
        co_await std::move(recording);
    }
    if (sorted.rest.empty()) co_return;
    auto keeping = floor.shard.keep(std::move(sorted.rest));
    co_await std::move(keeping);
}

// Waits until there are bytes, without holding a buffer meanwhile; 0: the connection is over.
awaitable<std::size_t> read_chunk(DeviceFloor& floor, Line& line) {
    for (;;) {
        boost::system::error_code fault;
        line.waiting = true;
        auto readable = asio::redirect_error(asio::use_awaitable, fault);
        co_await line.socket.async_wait(tcp::socket::wait_read, readable);
        line.waiting = false;
        if (fault || line.ended) co_return 0;
        const auto count = line.socket.read_some(asio::buffer(floor.chunk), fault);
        if (!fault) co_return count;
        if (fault != asio::error::would_block && fault != asio::error::try_again) co_return 0;
    }
}

awaitable<void> reply(DeviceFloor& floor, Line& line, std::vector<std::byte> bytes) {
    if (bytes.empty()) co_return;
    line.deadline = monotonic() + floor.limits.write;
    boost::system::error_code fault;
    auto written = asio::redirect_error(asio::use_awaitable, fault);
    co_await asio::async_write(line.socket, asio::buffer(bytes), written);
    if (fault) line.ended = true;
}

// What the session holds elsewhere, given back at its end.
struct Claim {
    std::string terminal;  // empty: never made itself known
};

template <class Dialogue>
awaitable<void> hear(DeviceFloor& floor, Protocol protocol, std::shared_ptr<Line> line,
                     Claim& claim) {
    Dialogue dialogue{enrolment_of(floor.board, protocol)};
    const auto known_by = monotonic() + floor.limits.unauthenticated;
    while (!line->ended) {
        line->deadline = claim.terminal.empty() ? known_by : monotonic() + floor.limits.idle;
        const auto count = co_await read_chunk(floor, *line);
        if (count == 0) co_return;
        const auto bytes = std::span<const std::byte>{floor.chunk}.first(count);
        auto turn = dialogue.hear(bytes, floor.clock.now());
        floor.metrics.frames_heard(name_of(protocol), turn.frames.size());
        const auto speaker = dialogue.speaker();
        if (speaker && claim.terminal != speaker->text) {
            claim.terminal = speaker->text;
            auto claiming = floor.exchange.claim(speaker->text, line);
            co_await on(floor.exchange.executor(), std::move(claiming));
        }
        line->deadline = Monotonic::max();  // the database may take as long as it takes
        auto storing = store_turn(floor, sort(floor, *line, speaker, turn));
        co_await std::move(storing);
        auto replying = reply(floor, *line, std::move(turn.reply));
        co_await std::move(replying);
        if (turn.hang_up) co_return;
    }
}

awaitable<void> take_call(DeviceFloor& floor, Protocol protocol, std::shared_ptr<Line> line) {
    auto talking = converse(floor, protocol, line);
    co_await on(floor.shard.executor(), std::move(talking));
    floor.exchange.dismiss(line->peer);
}

std::string address_of(const tcp::socket& socket) {
    boost::system::error_code fault;
    const auto peer = socket.remote_endpoint(fault);
    return fault ? std::string{} : peer.address().to_string();
}

}  // namespace

awaitable<void> converse(DeviceFloor& floor, Protocol protocol, std::shared_ptr<Line> line) {
    const Lines::Entry entry{floor.lines, *line};
    if (floor.lines.ending()) co_return;
    Claim claim;
    try {
        boost::system::error_code ignored;
        line->socket.non_blocking(true, ignored);
        line->socket.set_option(tcp::no_delay{true}, ignored);
        auto talking = protocol == Protocol::jt808
                           ? hear<telematics::jtt808::Dialogue>(floor, protocol, line, claim)
                           : hear<telematics::elock::Dialogue>(floor, protocol, line, claim);
        co_await std::move(talking);
    } catch (const NotStored&) {
        log::info("device.not_answered", {{"terminal", claim.terminal}});
    } catch (const std::exception& fault) {
        log::error("device.session", {{"terminal", claim.terminal}, {"fault", fault.what()}});
    }
    line->cut();
    if (claim.terminal.empty()) co_return;
    auto releasing = floor.exchange.release(claim.terminal, line);
    co_await on(floor.exchange.executor(), std::move(releasing));
}

awaitable<void> take_calls(tcp::acceptor& acceptor, Protocol protocol,
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
        auto line = std::make_shared<Line>(std::move(socket), protocol);
        line->peer = address_of(line->socket);
        if (!floor.exchange.admit(line->peer)) {
            floor.metrics.device_refused("too_many_connections");
            continue;
        }
        spawn("device session", floor.exchange.executor(), take_call(floor, protocol, line));
    }
}

}  // namespace liuhen::server
