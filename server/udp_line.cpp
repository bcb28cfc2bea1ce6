#include "server/udp_line.hpp"

#include <boost/asio/redirect_error.hpp>

#include <algorithm>
#include <utility>

namespace liuhen::server {
namespace {

constexpr std::byte delimiter{0x7E};

}  // namespace

std::vector<std::vector<std::byte>> datagrams_of(std::vector<std::byte> frames) {
    std::vector<std::vector<std::byte>> datagrams;
    if (frames.size() <= datagram_size) {
        if (!frames.empty()) datagrams.push_back(std::move(frames));
        return datagrams;
    }
    for (auto from = frames.begin(); from != frames.end();) {
        const auto opening = std::find(from, frames.end(), delimiter);
        const auto closing =
            opening == frames.end() ? opening : std::find(opening + 1, frames.end(), delimiter);
        const auto end = closing == frames.end() ? closing : closing + 1;
        const auto size = static_cast<std::size_t>(end - from);
        if (datagrams.empty() || datagrams.back().size() + size > datagram_size) {
            datagrams.emplace_back();
        }
        datagrams.back().insert(datagrams.back().end(), from, end);
        from = end;
    }
    return datagrams;
}

UdpLine::UdpLine(asio::any_io_executor executor, udp::endpoint from, Post post,
                 std::atomic<std::size_t>& unproven)
    : Line(Protocol::jt808, from.address().to_string()),
      from_(std::move(from)),
      post_(std::move(post)),
      unproven_(unproven),
      bell_(std::move(executor), asio::steady_timer::time_point::max()) {
    ++unproven_;
}

UdpLine::~UdpLine() {
    if (!proved_) --unproven_;
}

void UdpLine::prove() {
    if (!std::exchange(proved_, true)) --unproven_;
}

// A frame that the datagram cuts off ends with it: it does not begin the next one.
void UdpLine::deliver(std::vector<std::byte> datagram) {
    if (ended || datagram.empty() || waiting_.size() >= max_waiting_datagrams) return;
    if (!proved_) received_ += datagram.size();
    if (datagram.back() != delimiter) datagram.push_back(delimiter);
    waiting_.push_back(std::move(datagram));
    bell_.cancel();
}

awaitable<std::size_t> UdpLine::receive(std::span<std::byte> room) {
    if (waiting_.empty() && !ended) {
        boost::system::error_code woken;
        auto rung = asio::redirect_error(asio::use_awaitable, woken);
        co_await bell_.async_wait(rung);
    }
    if (waiting_.empty() || ended) co_return 0;
    const auto datagram = std::move(waiting_.front());
    waiting_.pop_front();
    const auto count = std::min(datagram.size(), room.size());
    std::copy_n(datagram.begin(), count, room.begin());
    co_return count;
}

awaitable<void> UdpLine::send(std::vector<std::byte> bytes) {
    for (auto& datagram : datagrams_of(std::move(bytes))) {
        if (!proved_ && sent_ + datagram.size() > received_) continue;
        sent_ += proved_ ? 0 : datagram.size();
        auto posting = post_(from_, std::move(datagram));
        co_await std::move(posting);
    }
}

}  // namespace liuhen::server
