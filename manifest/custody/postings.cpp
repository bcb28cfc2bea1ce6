#include "manifest/custody/postings.hpp"

#include "manifest/enum_set.hpp"
#include "manifest/weights.hpp"

#include <algorithm>
#include <iterator>

namespace liuhen::manifest::custody {
namespace {

using Kind = MovementKind;

constexpr EnumSet<State> decided{State::accepted,  State::partially_accepted, State::rejected,
                                 State::returning, State::returned,           State::redirected,
                                 State::completed};
constexpr EnumSet<State> undecided{State::loaded,  State::in_transit,  State::handover_pending,
                                   State::arrived, State::discrepancy, State::closed_by_authority};

/// Weight that must have gone one way. Of a difference `to` is the outside, and a gain is negative.
struct Way {
    Kind kind{};
    PartyId from, to;
    Grams weight;
    Instant at;

    [[nodiscard]] bool same_way(const Way& other) const {
        return kind == other.kind && from == other.from && to == other.to;
    }
};

constexpr EnumSet<Kind> transfers{Kind::loaded, Kind::handed_over, Kind::received, Kind::refused};

/// What a row of the ledger says of such a way. What was produced, treated, or corrected at the
/// producer's by weighing, says nothing of the transfer.
std::optional<Way> way_of(const Movement& row) {
    if (transfers.has(row.kind)) return Way{row.kind, row.from, row.to, row.weight, row.at};
    if (row.kind != Kind::corrected) return std::nullopt;
    if (!row.corrects || *row.corrects == Kind::produced) return std::nullopt;
    const Grams back = Grams{} - row.weight;
    if (row.to.empty()) return Way{Kind::corrected, row.from, {}, row.weight, row.at};
    if (row.from.empty()) return Way{Kind::corrected, row.to, {}, back, row.at};
    return Way{*row.corrects, row.to, row.from, back, row.at};
}

void add(std::vector<Way>& ways, const Way& one) {
    const auto found =
        std::ranges::find_if(ways, [&one](const Way& way) { return way.same_way(one); });
    if (found == ways.end())
        ways.push_back(one);
    else
        found->weight = found->weight + one.weight;
}

/// The carriers one after the other, each since when; a return is not among them.
struct Hand {
    PartyId carrier;
    Instant since;
};
std::vector<Hand> hands(const Manifest& manifest) {
    std::vector<Hand> found;
    for (const auto& leg : manifest.legs) {
        const auto since = found.empty() ? leg.loaded_at : leg.assigned_at;
        if (!since || leg.returning) continue;
        if (found.empty() || found.back().carrier != leg.carrier.id)
            found.push_back({leg.carrier.id, *since});
    }
    return found;
}

/// What of one container was sent, arrived, was accepted.
struct Share {
    Grams sent, arrived, accepted;
};
struct Decided {
    Grams accepted, refused;
};
/// Line by line what the receiver said, or the ending's share: of what was refused where it comes
/// home, else of what was sent.
std::vector<Decided> decisions(const Manifest& manifest, const std::optional<Ending>& ending) {
    std::vector<Decided> all;
    for (const auto& line : manifest.lines)
        all.push_back({line.accepted_g.value_or(Grams{}), line.refused_g.value_or(Grams{})});
    if (!ending) return all;
    std::vector<Grams> parts;
    for (std::size_t i = 0; i < all.size(); ++i)
        parts.push_back(manifest.state == State::returned
                            ? all[i].refused
                            : manifest.lines[i].sent_g.value_or(Grams{}));
    const bool nothing = std::ranges::all_of(parts, [](Grams one) { return one == Grams{}; });
    if (nothing) parts.assign(parts.size(), Grams{1});
    const auto found = share_out(ending->found, parts);
    const bool kept = ending->book == Ending::Book::receiver;
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = kept ? Decided{found[i], {}} : Decided{{}, found[i]};
    return all;
}

std::vector<Share> shares(const Manifest& manifest, std::span<const Carried> carried,
                          const std::optional<Ending>& ending) {
    std::vector<Share> all(carried.size());
    const auto said = decisions(manifest, ending);
    for (std::size_t of = 0; of < manifest.lines.size(); ++of) {
        const auto& line = manifest.lines[of];
        const auto sent = shares_of_line(carried, line.line_no, line.sent_g.value_or(Grams{}));
        const auto [accepted, refused] = said[of];
        const auto arrived = shares_of_line(carried, line.line_no, accepted + refused);
        Grams rest = accepted;
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (carried[i].line_no != line.line_no) continue;
            all[i] = {sent[i], arrived[i], std::min(rest, arrived[i])};
            rest = rest - all[i].accepted;
        }
    }
    return all;
}

std::vector<Way> wanted(const Manifest& manifest, const Share& share,
                        const std::optional<Ending>& ending) {
    std::vector<Way> ways;
    const bool over = decided.has(manifest.state) || ending;
    const auto carriers = hands(manifest);
    if ((!over && !undecided.has(manifest.state)) || carriers.empty()) return ways;
    const auto& producer = manifest.producer.id;
    ways.push_back(
        {Kind::loaded, producer, carriers.front().carrier, share.sent, carriers.front().since});
    for (std::size_t i = 1; i < carriers.size(); ++i)
        add(ways, {Kind::handed_over, carriers[i - 1].carrier, carriers[i].carrier, share.sent,
                   carriers[i].since});
    if (!over) return ways;
    const auto& last = carriers.back().carrier;
    const Instant said = manifest.accepted_at.value_or(carriers.back().since);
    const Instant at = ending ? ending->at : said;
    add(ways, {Kind::received, last, manifest.receiver.id, share.accepted, at});
    add(ways, {Kind::refused, last, producer, share.arrived - share.accepted, at});
    add(ways, {Kind::corrected, last, {}, share.sent - share.arrived, at});
    return ways;
}

/// What is to be added, sorted so that no book is overdrawn on the way.
struct Posted {
    std::vector<Movement> gains, reversals, onward, losses;

    [[nodiscard]] std::vector<Movement> in_order() const {
        std::vector<Movement> all = gains;
        all.insert(all.end(), reversals.rbegin(), reversals.rend());
        all.insert(all.end(), onward.begin(), onward.end());
        all.insert(all.end(), losses.begin(), losses.end());
        return all;
    }
};

void correct(Posted& posted, const ContainerId& container, const PartyId& book, Grams gain,
             Kind corrects, Instant at) {
    if (gain > Grams{})
        posted.gains.push_back({Kind::corrected, container, {}, book, gain, at, {}, corrects});
    if (gain < Grams{})
        posted.losses.push_back(
            {Kind::corrected, container, book, {}, Grams{} - gain, at, {}, corrects});
}

// What leaves the producer is what the scale says. What the book said more or less, it was not.
void weigh_out(Posted& posted, const Carried& one, const Way& loaded, Grams before, Instant now) {
    const Grams more = loaded.weight - before;
    const auto& book = loaded.from;
    if (before != Grams{}) {
        if (loaded.weight > Grams{})
            correct(posted, one.container, book, more, Kind::produced,
                    more > Grams{} ? loaded.at : now);
    } else if (one.held == Grams{}) {
        posted.gains.push_back(
            {Kind::produced, one.container, {}, book, loaded.weight, loaded.at, {}, {}});
    } else {
        correct(posted, one.container, book, loaded.weight - one.held, Kind::produced, loaded.at);
    }
}

void follow(Posted& posted, const Carried& one, const Way& way, Grams before, Instant now) {
    const Grams more = way.weight - before;
    if (more == Grams{}) return;
    if (way.kind == Kind::corrected) {
        correct(posted, one.container, way.from, Grams{} - more, Kind::received, way.at);
        return;
    }
    if (way.kind == Kind::loaded) weigh_out(posted, one, way, before, now);
    if (more > Grams{})
        posted.onward.push_back({way.kind, one.container, way.from, way.to, more, way.at, {}, {}});
    else
        posted.reversals.push_back(
            {Kind::corrected, one.container, way.to, way.from, Grams{} - more, now, {}, way.kind});
}

}  // namespace

std::vector<Movement> postings(const Manifest& manifest, std::span<const Carried> carried,
                               Instant now, const std::optional<Ending>& ending) {
    std::vector<Movement> all;
    const auto parts = shares(manifest, carried, ending);
    // What was refused and is not all at home was lost before it was weighed there.
    const Instant put_right = ending ? ending->at : now;
    for (std::size_t i = 0; i < carried.size(); ++i) {
        const auto& one = carried[i];
        auto ways = wanted(manifest, parts[i], ending);
        std::vector<Way> before;
        for (const auto& row : one.posted) {
            if (const auto way = way_of(row)) add(before, *way);
        }
        for (auto way : before) {  // what is wanted no longer is wanted as nothing
            way.weight = Grams{};
            add(ways, way);
        }
        Posted posted;
        for (const auto& way : ways) {
            const auto stands =
                std::ranges::find_if(before, [&way](const Way& old) { return old.same_way(way); });
            follow(posted, one, way, stands == before.end() ? Grams{} : stands->weight, put_right);
        }
        std::ranges::copy(posted.in_order(), std::back_inserter(all));
    }
    return all;
}

std::vector<Movement> treatment_postings(const Manifest& manifest, const Treatment& last,
                                         std::span<const Carried> carried,
                                         std::span<const AtReceiver> there) {
    Grams rest;
    for (const auto& one : manifest.treatments) {
        if (one.line_no == last.line_no) rest = rest + one.weight;
    }
    for (std::size_t i = 0; i < carried.size(); ++i) {
        if (carried[i].line_no == last.line_no) rest = rest - there[i].treated;
    }
    std::vector<Movement> all;
    for (std::size_t i = 0; i < carried.size(); ++i) {
        if (carried[i].line_no != last.line_no) continue;
        const Grams given = std::min(rest, there[i].held);
        if (given <= Grams{}) continue;
        all.push_back({Kind::treated,
                       carried[i].container,
                       manifest.receiver.id,
                       {},
                       given,
                       last.at,
                       {},
                       {}});
        rest = rest - given;
    }
    return all;
}

}  // namespace liuhen::manifest::custody
