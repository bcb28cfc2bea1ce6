#include "server/turn_rows.hpp"

#include "server/papers.hpp"

#include <algorithm>
#include <utility>

namespace liuhen::server {
namespace {

// A registration is shown with the terminal that it was meant for: it may be the terminal itself,
// with the plate of another vehicle.
bool is_registration(const telematics::Refused& piece) {
    using enum telematics::Fault;
    return !piece.number.empty() && (piece.fault == other_registration || piece.fault == bad_value);
}

void keep_refused(DeviceFloor& floor, const Line& line, const std::string& number,
                  std::vector<telematics::Refused>& refused, store::Entry& entry) {
    for (auto& piece : refused) {
        const std::string fault{telematics::code(piece.fault)};
        floor.metrics.device_refused(fault);
        if (piece.fault == telematics::Fault::other_registration) {
            floor.registrations.count_refusal(piece.number);
        }
        const Instant now = floor.clock.now();
        if (number.empty() && is_registration(piece))
            floor.faults.count(piece.number, fault, piece.bytes, now);
        const bool wanted = floor.faults.note(number, fault, piece.bytes, now);
        const bool kept =
            number.empty() ? floor.strangers.take(line.peer, piece.bytes.size(), now) : wanted;
        if (!kept) {
            floor.metrics.device_refused("not_kept");
            continue;
        }
        floor.metrics.quarantined(fault);
        entry.quarantine.push_back(
            {number, line.peer, floor.clock.now(), fault, std::move(piece.bytes)});
    }
}

Report& report_of(const VehicleId& vehicle, Instant received, std::vector<Report>& reports) {
    const auto found = std::ranges::find(reports, vehicle, &Report::vehicle);
    if (found != reports.end()) return *found;
    auto& report = reports.emplace_back();
    report.vehicle = vehicle;
    report.received = received;
    return report;
}

// As it would be read back, but for the raw items, which nobody judges.
Sighting judged(store::ObservationRow& row) {
    auto raw = std::exchange(row.raw, {});
    auto seen = store::to_sighting(row);
    row.raw = std::move(raw);
    return seen;
}

// Sightings go to the vehicle that the device was on at their own time.
void sort_sightings(DeviceFloor& floor, const Directory& directory, const KnownTerminal& terminal,
                    std::vector<Sighting>& seen, Instant received, TurnRows& rows) {
    for (const Sighting& one : seen) {
        const auto* vehicle = directory.carrier_of(terminal, time_of(one.what));
        store::Arrival arrival{
            .terminal_key = terminal.key, .vehicle_key = {}, .received = received};
        if (vehicle != nullptr) arrival.vehicle_key = vehicle->key;
        auto row = store::to_row(one, arrival);
        const bool plausible = (row.flags & store::Flag::implausible_time) == 0;
        if (!plausible) floor.metrics.observations_implausible(1);
        if (vehicle == nullptr) {
            rows.rest.observations.push_back(std::move(row));
            continue;
        }
        auto& report = report_of(vehicle->id, received, rows.reports);
        if (plausible) report.seen.push_back({terminal.key, judged(row)});
        report.entry.observations.push_back(std::move(row));
    }
}

}  // namespace

TurnRows rows_of(DeviceFloor& floor, const Line& line, const std::optional<TerminalId>& speaker,
                 telematics::Turn& turn) {
    TurnRows rows;
    const Instant received = floor.clock.now();
    const auto directory = floor.board.read();
    const auto* terminal = speaker ? directory->terminal(speaker->text) : nullptr;
    keep_refused(floor, line, speaker ? speaker->text : "", turn.refused, rows.rest);
    if (terminal == nullptr) return rows;
    sort_sightings(floor, *directory, *terminal, turn.seen, received, rows);
    auto& with = rows.reports.empty() ? rows.rest : rows.reports.front().entry;
    for (auto& frame : turn.frames) {
        with.frames.push_back({terminal->key, received, std::move(frame)});
    }
    add_papers(with, turn, *terminal, line.peer, received);
    return rows;
}

awaitable<void> store_rows(DeviceFloor& floor, TurnRows rows) {
    for (auto& report : rows.reports) {
        auto& shard = floor.shards.owner_of(report.vehicle);
        auto recording = shard.record(std::move(report));
        if (&shard == &floor.shard) {
            co_await std::move(recording);
        } else {
            co_await on(shard.executor(), std::move(recording));
        }
    }
    if (rows.rest.empty()) co_return;
    auto keeping = floor.shard.keep(std::move(rows.rest));
    co_await std::move(keeping);
}

}  // namespace liuhen::server
