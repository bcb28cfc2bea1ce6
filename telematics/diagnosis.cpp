#include "telematics/diagnosis.hpp"

#include "telematics/elock/report.hpp"
#include "telematics/elock/sentence.hpp"
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/items.hpp"
#include "telematics/jtt808/location.hpp"
#include "telematics/jtt808/lock_report.hpp"

#include <algorithm>
#include <map>

namespace liuhen::telematics {
namespace {

using namespace jtt808;
using namespace std::chrono_literals;

constexpr std::chrono::minutes may_be_late{15}, may_be_early{5}, usual_delay{10}, quarter{15},
    most_zone{14 * 60};
constexpr unsigned first_reserved_bit = 23, status_bits = 32;  // JT/T 808-2019, table of status
// What each share is worth; together 100.
constexpr double frames_weight = 40, items_weight = 25, times_weight = 15, places_weight = 10,
                 bits_weight = 10;

// A frame that can be looked into, whatever its checksum says.
struct Exhibit {
    Frame frame;
    bool sound = false;  ///< its checksum is right
    bool read = false;   ///< the catalogue reads its body, or it is a lock's report
    Instant received;
    std::vector<Position> positions{};
};

std::optional<Frame> frame_in(const Bytes& bytes, Checksum checksum) {
    if (auto lock = parse_lock_frame(bytes, checksum)) return std::move(*lock);
    if (auto frame = parse_frame(bytes, checksum)) return std::move(*frame);
    const auto plain = unescape(bytes);
    if (!plain || *plain == bytes) return std::nullopt;
    return frame_in(*plain, checksum);
}

struct PositionsOf {
    std::vector<Position> operator()(const Position& m) const { return {m}; }
    std::vector<Position> operator()(const PositionReply& m) const { return {m.position}; }
    std::vector<Position> operator()(const VehicleControlReply& m) const { return {m.position}; }
    std::vector<Position> operator()(const Batch& m) const {
        std::vector<Position> all;
        for (const Bytes& body : m.bodies) {
            Reader r{body};
            Position one = read_position(r, Edition::v2013);
            if (r.ok()) all.push_back(std::move(one));
        }
        return all;
    }
    std::vector<Position> operator()(const auto&) const { return {}; }
};

std::optional<Exhibit> exhibit_of(const Evidence& evidence) {
    auto frame = frame_in(evidence.bytes, Checksum::ignored);
    if (!frame) return std::nullopt;
    Exhibit exhibit{.frame = std::move(*frame), .received = evidence.received};
    exhibit.sound = frame_in(evidence.bytes, Checksum::required).has_value();
    const Header& head = exhibit.frame.head;
    exhibit.read = is_lock_report(head.id) || head.part.has_value();
    if (exhibit.read || head.encryption() != 0) return exhibit;
    const auto message = decode(head.id, head.edition, exhibit.frame.body());
    exhibit.read = message && !std::holds_alternative<Unknown>(*message);
    if (exhibit.read) exhibit.positions = std::visit(PositionsOf{}, *message);
    return exhibit;
}

std::vector<Exhibit> exhibits_of(std::span<const Evidence> evidence) {
    std::vector<Exhibit> all;
    for (const Evidence& one : evidence) {
        if (auto exhibit = exhibit_of(one)) all.push_back(std::move(*exhibit));
    }
    return all;
}

void count(Share& share, bool good) {
    ++share.all;
    share.good += good ? 1 : 0;
}

void judge_items(Fit& fit, const std::vector<Item>& items, const Dialect* dialect) {
    for (const Item& item : items) {
        const auto* const rule =
            dialect == nullptr ? nullptr : dialect->item(item.id, item.value.size());
        const bool secret = rule != nullptr && (rule->reading == Reading::secret ||
                                                rule->reading == Reading::one_time_password);
        count(fit.items, secret || !read_item(item, dialect).empty());
    }
}

void judge_bits(Fit& fit, std::uint32_t status) {
    for (unsigned bit = first_reserved_bit; bit < status_bits; ++bit) {
        if ((status >> bit & 1U) == 0) continue;
        const auto& dialect = fit.profile->dialect;
        count(fit.bits, dialect && dialect->redefines(Word::status, bit));
    }
}

bool is_timely(Instant at, Instant received) {
    return at >= received - may_be_late && at <= received + may_be_early;
}

void judge_position(Fit& fit, const Position& p, Instant received) {
    const Profile& profile = *fit.profile;
    judge_items(fit, p.items, profile.dialect.get());
    judge_bits(fit, p.status);
    if (!has_no_time(p)) {
        const auto at = time_of(p, profile.time_zone);
        count(fit.times, at && is_timely(*at, received));
    }
    if ((p.status & status_bit::fix) == 0) return;
    const auto seen = sighting_of(p, profile, {.received = received});
    count(fit.places, seen && std::get<Fix>(seen->what).source != FixSource::none);
}

void judge_lock_report(Fit& fit, const Exhibit& exhibit) {
    const auto report = read_jointech_report(exhibit.frame.body(), fit.profile->time_zone);
    count(fit.frames, report.has_value());
    if (!report) return;
    judge_items(fit, report->items, fit.profile->dialect.get());
    if (report->place.at) count(fit.times, is_timely(*report->place.at, exhibit.received));
}

Fit fit_of(const Profile& profile, const std::vector<Exhibit>& exhibits) {
    Fit fit;
    fit.profile = &profile;
    for (const Exhibit& one : exhibits) {
        const bool accepted = one.sound || profile.accept_bad_checksum;
        if (!accepted || !one.read) {
            count(fit.frames, false);
        } else if (is_lock_report(one.frame.head.id)) {
            judge_lock_report(fit, one);
        } else {
            count(fit.frames, true);
            for (const Position& p : one.positions) judge_position(fit, p, one.received);
        }
    }
    fit.score = frames_weight * fit.frames.part() + items_weight * fit.items.part() +
                times_weight * fit.times.part() + places_weight * fit.places.part() +
                bits_weight * fit.bits.part();
    return fit;
}

std::size_t rows_of(const Profile& profile) {
    const auto* const dialect = profile.dialect.get();
    const std::size_t rows =
        dialect == nullptr ? 0
                           : dialect->items.size() + dialect->bits.size() + dialect->events.size();
    return rows + (profile.accept_bad_checksum ? 1U : 0U) +
           (profile.speaks_before_authentication ? 1U : 0U) +
           (profile.datum == Datum::wgs84 ? 0U : 1U) +
           (profile.time_zone == china_standard_time ? 0U : 1U);
}

// Times of a lock's own pieces as a clock of UTC would show them, stored records apart.
std::vector<Instant> live_times_of_lock(const Bytes& bytes) {
    std::vector<Instant> times;
    elock::FrameScanner scanner;
    scanner.feed(bytes);
    while (const auto piece = scanner.next()) {
        if (!*piece) continue;
        if ((*piece)->form == elock::Piece::Form::binary) {
            const auto reports = elock::read_reports(**piece, 0min);
            if (!reports) continue;
            for (const elock::LockReport& one : *reports)
                if (one.at && one.data_type != elock::blind_area_report) times.push_back(*one.at);
        } else if ((*piece)->form == elock::Piece::Form::text) {
            const auto sentence = elock::read_sentence(**piece);
            const auto place = sentence ? elock::read_text_fix(*sentence, 0min) : std::nullopt;
            if (place && *place) times.push_back((*place)->fix.at);
        }
    }
    return times;
}

bool is_stored(const Frame& frame) {
    if (frame.head.id == lock_report_blind) return true;
    const ByteView body = frame.body();
    constexpr std::size_t kind_at = 2;
    return frame.head.id == Batch::id && body.size() > kind_at &&
           std::to_integer<std::uint8_t>(body[kind_at]) == Batch::blind_area;
}

// What was sent from a store came late in any zone, and says nothing of the clock.
std::vector<Instant> live_times(const Evidence& evidence) {
    constexpr std::byte binary{'$'}, text{'('};
    const Bytes& bytes = evidence.bytes;
    if (!bytes.empty() && (bytes[0] == binary || bytes[0] == text))
        return live_times_of_lock(bytes);
    std::vector<Instant> times;
    const auto exhibit = exhibit_of(evidence);
    if (!exhibit || is_stored(exhibit->frame)) return times;
    if (is_lock_report(exhibit->frame.head.id)) {
        const auto report = read_jointech_report(exhibit->frame.body(), 0min);
        if (report && report->place.at) times.push_back(*report->place.at);
    }
    for (const Position& p : exhibit->positions)
        if (const auto shown = time_of(p, 0min)) times.push_back(*shown);
    return times;
}

}  // namespace

std::vector<Fit> rank_profiles(std::span<const Evidence> evidence,
                               std::span<const Profile> profiles) {
    const auto exhibits = exhibits_of(evidence);
    std::vector<Fit> fits;
    for (const Profile& profile : profiles) fits.push_back(fit_of(profile, exhibits));
    std::ranges::stable_sort(fits, [](const Fit& one, const Fit& other) {
        if (one.score != other.score) return one.score > other.score;
        return rows_of(*one.profile) < rows_of(*other.profile);
    });
    return fits;
}

std::optional<std::chrono::minutes> likely_zone(std::span<const Evidence> evidence) {
    std::map<std::chrono::minutes, int> votes;
    int all = 0;
    for (const Evidence& one : evidence) {
        for (const Instant shown : live_times(one)) {
            ++all;
            const auto ahead = std::chrono::round<std::chrono::minutes>(shown - one.received);
            // A report arrives up to ten minutes late, or seems up to five early.
            const auto steps = (ahead + usual_delay + most_zone + quarter) / quarter;
            const std::chrono::minutes zone = steps * quarter - most_zone - quarter;
            if (std::chrono::abs(zone) <= most_zone) ++votes[zone];
        }
    }
    const auto most =
        std::ranges::max_element(votes, {}, [](const auto& one) { return one.second; });
    if (most == votes.end() || most->second * 2 <= all) return std::nullopt;
    return most->first;
}

}  // namespace liuhen::telematics
