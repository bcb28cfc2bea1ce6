#include "server/http/seats.hpp"

#include <algorithm>
#include <utility>

namespace liuhen::server::http {

namespace ip = boost::asio::ip;

std::string household(const ip::address& address) {
    if (address.is_v4()) return address.to_string();
    const auto v6 = address.to_v6();
    if (v6.is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, v6).to_string();
    auto bytes = v6.to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), 0);
    return ip::address_v6{bytes}.to_string() + "/64";
}

Seats::Seat::Seat(Seats& seats, Neighbours& neighbours) : seats_(seats), neighbours_(&neighbours) {
    ++seats_.taken_;
    ++neighbours_->second;
}

Seats::Seat::~Seat() { leave(); }

void Seats::Seat::leave() {
    if (neighbours_ == nullptr) return;
    --seats_.taken_;
    Neighbours& neighbours = *std::exchange(neighbours_, nullptr);
    if (--neighbours.second > 0) return;
    const std::string address = neighbours.first;
    seats_.addresses_.erase(address);
}

Seats::Waiting::Waiting(Seat& seat, std::function<void()> go) : seat_(seat), go_(std::move(go)) {
    if (seat_.neighbours_ == nullptr) return;  // asked to go already
    auto& waiting = seat_.seats_.waiting_;
    place_ = waiting.insert(waiting.end(), this);
    seat_.waiting_ = this;
}

Seats::Waiting::~Waiting() {
    if (seat_.waiting_ == this) seat_.seats_.waiting_.erase(place_);
    seat_.waiting_ = nullptr;
}

Seats::Taken Seats::take(const std::string& address, Counted counted) {
    auto& neighbours = *addresses_.try_emplace(address, 0).first;
    if (counted == Counted::by_address && neighbours.second >= limits_.per_address) {
        Waiting* const one = longest_of(neighbours);
        if (one == nullptr) return {nullptr, Full::address_at_work};
        ++neighbours.second;  // so that its entry stays when the last of them goes
        send_away(*one);
        --neighbours.second;
    }
    if (taken_ >= limits_.places) {
        Waiting* const one = longest_of_most();
        if (one == nullptr) {
            if (neighbours.second == 0) addresses_.erase(address);
            return {nullptr, Full::all_at_work};
        }
        ++neighbours.second;
        send_away(*one);
        --neighbours.second;
    }
    return {std::unique_ptr<Seat>{new Seat{*this, neighbours}}, {}};
}

Seats::Waiting* Seats::longest_of(const Seat::Neighbours& address) const {
    const auto found =
        std::find_if(waiting_.begin(), waiting_.end(),
                     [&address](const Waiting* one) { return one->seat_.neighbours_ == &address; });
    return found == waiting_.end() ? nullptr : *found;
}

Seats::Waiting* Seats::longest_of_most() const {
    const auto found = std::max_element(
        waiting_.begin(), waiting_.end(), [](const Waiting* one, const Waiting* other) {
            return one->seat_.neighbours_->second < other->seat_.neighbours_->second;
        });
    return found == waiting_.end() ? nullptr : *found;
}

// Its place is free at once; the connection itself notices when the thread comes round to it.
void Seats::send_away(Waiting& one) {
    waiting_.erase(one.place_);
    one.seat_.waiting_ = nullptr;
    one.seat_.leave();
    one.go_();
}

}  // namespace liuhen::server::http
