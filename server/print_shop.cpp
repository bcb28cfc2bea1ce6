#include "server/print_shop.hpp"

#include "server/short_line.hpp"

#include "print/typeface.hpp"

namespace liuhen::server {
PrintShop::PrintShop(asio::execution_context& context)
    : asio::execution_context::service(context) {}

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

awaitable<std::string> PrintShop::print(Work work) {
    const ShortLinePlace<PrintsBusy> place{waiting_, max_waiting};
    auto making = printing(std::move(work));
    auto waiting = on(thread_.get_executor(), std::move(making));
    co_return co_await std::move(waiting);
}

}  // namespace liuhen::server
