#include "telematics/jtt808/reassembly.hpp"

#include "base/hash.hpp"

#include <algorithm>
#include <utility>

namespace liuhen::telematics::jtt808 {
namespace {

std::size_t weight(const Frame& part) { return part.body_size + Reassembly::part_overhead; }

std::optional<std::uint32_t> opening_of(ByteView body) {
    Reader r{body};
    const std::uint32_t opening = r.u32();
    return r.ok() ? std::optional{opening} : std::nullopt;
}

// After this much silence the next request goes out: 5, 15 and 30 seconds.
std::chrono::seconds wait_before(int requests) {
    return Reassembly::first_wait * ((requests + 1) * (requests + 2) / 2);
}

}  // namespace

Reassembly::Key Reassembly::key_of(const Frame& part) {
    const Header& head = part.head;
    const ByteView phone = head.phone_bytes();
    return {.phone = {phone.begin(), phone.end()},
            .id = head.id,
            .first_serial = static_cast<std::uint16_t>(head.serial - head.part->index + 1),
            .total = head.part->total,
            .medium = std::nullopt};
}

Result<std::optional<Whole>, Fault> Reassembly::add(const Frame& part, Instant now) {
    if (!part.head.part) return fail(Fault::bad_part);
    return add_to(key_of(part), part, now);
}

elock::Before Reassembly::before(const Frame& part) const {
    const std::uint16_t index = part.head.part ? part.head.part->index : std::uint16_t{1};
    if (index <= 1) return {};
    elock::Before before{.bytes = {}, .whole = false};
    const auto message = open_.find(key_of(part));
    if (message == open_.end()) return before;
    const auto& parts = message->second.parts;
    std::uint16_t first = index;
    std::size_t size = 0;
    for (auto held = parts.lower_bound(index); held != parts.begin();) {
        --held;
        size += held->second.body_size;
        const bool too_far = index - held->first > parts_before || size > bytes_before;
        if (held->first + 1 != first || too_far) break;
        first = held->first;
    }
    for (std::uint16_t each = first; each < index; ++each) {
        const ByteView body = parts.at(each).body();
        before.bytes.insert(before.bytes.end(), body.begin(), body.end());
    }
    before.whole = first == 1;
    return before;
}

Result<std::optional<Whole>, Fault> Reassembly::add(const Frame& packet, std::uint32_t medium,
                                                    Instant now) {
    if (!packet.head.part) return fail(Fault::bad_part);
    const ByteView phone = packet.head.phone_bytes();
    return add_to({.phone = {phone.begin(), phone.end()},
                   .id = packet.head.id,
                   .first_serial = 0,
                   .total = packet.head.part->total,
                   .medium = medium},
                  packet, now);
}

Result<std::optional<Whole>, Fault> Reassembly::add_to(const Key& key, const Frame& part,
                                                       Instant now) {
    forget_stale(now);
    const Part place = *part.head.part;
    if (place.index == 0 || place.index > place.total || place.total > max_parts) {
        return fail(Fault::bad_part);
    }
    const auto open = open_.find(key);
    const bool asked = open != open_.end() && open->second.asked;
    if (const auto* const before = asked ? nullptr : find_finished(key, part)) {
        return Whole{.message = {},
                     .serials = {part.head.serial},
                     .medium = key.medium,
                     .opening = before->opening,
                     .number = before->number,
                     .outcome = before->outcome};
    }
    if (is_refused(key, part, now)) return fail(Fault::bad_part);
    const auto message = open_.try_emplace(key).first;
    auto& parts = message->second.parts;
    const bool is_here = parts.contains(place.index);
    const bool too_large =
        bytes_ + weight(part) > max_bytes || message->second.body + part.body_size > max_body;
    if (!is_here && (too_large || open_.size() > max_messages)) {
        forget(message);
        if (too_large) refuse(key, now);
        return fail(Fault::bad_part);
    }
    if (!take(message->second, part, now)) return fail(Fault::bad_part);
    if (parts.size() < place.total) return std::nullopt;
    return finish(message, now);
}

// False when the part, or one before it, contradicts what was here.
bool Reassembly::take(Message& message, const Frame& part, Instant now) {
    const std::uint16_t index = part.head.part->index;
    if (const auto same = message.parts.find(index); same != message.parts.end()) {
        if (std::ranges::equal(same->second.body(), part.body())) return true;
        let_go(message);
        message.contested = true;
        message.latest = now;
    }
    message.head = part.head;
    if (index == 1) message.opening = opening_of(part.body());
    message.quiet_since.reset();
    message.requests = 0;
    if (message.contested) return false;
    bytes_ += weight(part);
    message.body += part.body_size;
    message.parts.emplace(index, part);
    message.latest = now;
    return true;
}

// The latest one, should several have had such a part.
const Reassembly::Finished* Reassembly::find_finished(const Key& key, const Frame& part) const {
    const std::size_t place = part.head.part->index - std::size_t{1};
    const std::uint64_t hash = hash64(part.body());
    const auto had_it = [&](const Finished& one) {
        return one.key == key && one.hashes[place] == hash;
    };
    const auto found = std::find_if(finished_.rbegin(), finished_.rend(), had_it);
    return found == finished_.rend() ? nullptr : &*found;
}

void Reassembly::answered(const Whole& whole, Outcome outcome) {
    const auto found = std::ranges::find(finished_, whole.number, &Finished::number);
    if (found != finished_.end()) found->outcome = outcome;
}

void Reassembly::let_go(Message& message) {
    for (const auto& [index, part] : message.parts) bytes_ -= weight(part);
    message.parts.clear();
    message.body = 0;
}

void Reassembly::forget(Open::iterator message) {
    let_go(message->second);
    open_.erase(message);
}

// What is still to come of it would hold its bytes for nothing, and keep others out.
void Reassembly::refuse(const Key& key, Instant now) {
    refused_.push_back({key, now});
    if (refused_.size() > refused_messages) refused_.pop_front();
}

// Part 1 begins it again.
bool Reassembly::is_refused(const Key& key, const Frame& part, Instant now) {
    const auto found = std::ranges::find(refused_, key, &Refusal::key);
    if (found == refused_.end()) return false;
    const bool begins = part.head.part->index == 1;
    if (begins) {
        refused_.erase(found);
    } else {
        found->latest = now;
    }
    return !begins;
}

void Reassembly::forget_stale(Instant now) {
    for (auto message = open_.begin(); message != open_.end();) {
        const auto current = message++;
        if (now - current->second.latest > patience) forget(current);
    }
    std::erase_if(refused_, [&](const Refusal& one) { return now - one.latest > patience; });
    std::erase_if(finished_, [&](const Finished& one) {
        const bool is_old = now - one.at > repeat_window;
        if (is_old) parts_finished_ -= one.hashes.size();
        return is_old;
    });
}

void Reassembly::remember(Finished one) {
    parts_finished_ += one.hashes.size();
    finished_.push_back(std::move(one));
    while (finished_.size() > finished_messages || parts_finished_ > finished_parts) {
        parts_finished_ -= finished_.front().hashes.size();
        finished_.pop_front();
    }
}

Whole Reassembly::finish(Open::iterator message, Instant now) {
    Whole whole;
    std::vector<std::uint64_t> hashes;
    const auto& [key, unfinished] = *message;
    const Frame& first = unfinished.parts.at(1);
    Frame& all = whole.message;
    all.head = first.head;
    all.head.part.reset();
    all.body_at = first.body_at;
    all.bytes.assign(first.bytes.begin(),
                     first.bytes.begin() + static_cast<std::ptrdiff_t>(first.body_at));
    for (const auto& [index, part] : unfinished.parts) {
        const ByteView body = part.body();
        all.bytes.insert(all.bytes.end(), body.begin(), body.end());
        whole.serials.push_back(part.head.serial);
        hashes.push_back(hash64(body));
    }
    all.body_size = all.bytes.size() - all.body_at;
    whole.medium = key.medium;
    whole.opening = opening_of(all.body()).value_or(0);
    whole.number = next_number_++;
    remember({.key = key,
              .number = whole.number,
              .opening = whole.opening,
              .hashes = std::move(hashes),
              .at = now});
    forget(message);
    return whole;
}

Overdue Reassembly::tick(Uptime now) {
    Overdue overdue;
    for (auto next = open_.begin(); next != open_.end();) {
        const auto current = next++;
        const auto& [key, unused] = *current;
        Message& message = current->second;
        if (!message.quiet_since) message.quiet_since = now;
        const auto quiet = now - *message.quiet_since;
        if (quiet >= patience) {
            if (!message.parts.empty()) {
                overdue.given_up.push_back(message.parts.begin()->second);
            }
            forget(current);
            continue;
        }
        if (message.requests >= most_requests || quiet < wait_before(message.requests)) continue;
        ++message.requests;
        message.asked = true;
        message.contested = false;
        Missing missing{.head = message.head,
                        .first_serial = key.first_serial,
                        .indexes = {},
                        .medium = key.medium,
                        .opening = message.opening};
        for (std::uint16_t index = 1; index <= key.total; ++index) {
            if (missing.indexes.size() == most_asked) break;
            if (!message.parts.contains(index)) missing.indexes.push_back(index);
        }
        overdue.missing.push_back(std::move(missing));
    }
    return overdue;
}

std::optional<Uptime> Reassembly::due() const {
    std::optional<Uptime> first;
    for (const auto& [key, message] : open_) {
        if (!message.quiet_since) return Uptime::zero();
        const auto wait = message.requests < most_requests ? wait_before(message.requests)
                                                           : std::chrono::seconds{patience};
        const Uptime at = *message.quiet_since + wait;
        if (!first || at < *first) first = at;
    }
    return first;
}

}  // namespace liuhen::telematics::jtt808
