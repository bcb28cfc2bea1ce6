#include "server/print_shop.hpp"

#include <map>
#include <mutex>

#include "print/typeface.hpp"

namespace liuhen::server {
// Who waits for prints, and for how many.
struct PrintShop::Line {
    std::mutex mutex;  // guards what follows
    std::map<std::string, std::size_t> of;
    std::size_t all = 0;
};

// A place in the line, kept until the print is made.
class PrintShop::Place {
public:
    Place(std::shared_ptr<Line> line, std::string who)
        : line_(std::move(line)), who_(std::move(who)) {
        const std::lock_guard lock{line_->mutex};
        const auto own = line_->of.find(who_);
        const bool many = own != line_->of.end() && own->second >= max_of_one;
        if (many || line_->all >= max_waiting) throw PrintsBusy{};
        ++line_->all;
        ++line_->of[who_];
    }
    ~Place() {
        const std::lock_guard lock{line_->mutex};
        --line_->all;
        if (--line_->of[who_] == 0) line_->of.erase(who_);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

private:
    std::shared_ptr<Line> line_;
    std::string who_;
};

PrintShop::PrintShop(asio::execution_context& context)
    : asio::execution_context::service(context), line_(std::make_shared<Line>()) {}

PrintShop::~PrintShop() = default;

PrintShop& PrintShop::of(const asio::any_io_executor& executor) {
    return asio::use_service<PrintShop>(asio::query(executor, asio::execution::context));
}

// What waits is dropped, what is being made is waited for.
void PrintShop::shutdown() {
    thread_.stop();
    thread_.join();
}

awaitable<std::string> PrintShop::printing(Work work) {
    if (!typeface_) typeface_ = std::make_unique<print::Typeface>();
    co_return work(*typeface_);
}

awaitable<std::string> PrintShop::print(std::string who, Work work) {
    const Place place{line_, std::move(who)};
    auto making = printing(std::move(work));
    auto waiting = on(thread_.get_executor(), std::move(making));
    co_return co_await std::move(waiting);
}

}  // namespace liuhen::server
