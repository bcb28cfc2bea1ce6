// A disk without room: what is acknowledged is stored, and when there is room again it goes on.
#include "tests/faults/faults.hpp"
#include "tests/support/shared.hpp"

#include <sys/mount.h>

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;

namespace {

/// A small disk of memory, mounted for the life of the object.
class SmallDisk {
public:
    explicit SmallDisk(const std::string& size) {
        std::string pattern = "/tmp/lh-disk-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"mkdtemp"};
        folder_ = pattern;
        const auto wish = "size=" + size + ",mode=0755";
        mounted_ = ::mount("liuhen-test", folder_.c_str(), "tmpfs", 0, wish.c_str()) == 0;
    }
    ~SmallDisk() {
        if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    [[nodiscard]] bool is_mounted() const { return mounted_; }
    [[nodiscard]] const std::string& folder() const { return folder_; }
    /// Takes all the room that is left.
    void fill() const {
        std::ofstream file{folder_ + "/filler", std::ios::binary};
        const std::string block(1U << 20U, 'x');
        while (file.write(block.data(), static_cast<std::streamsize>(block.size()))) {
        }
        file.clear();
        for (int i = 0; i < 1024 && file.write(block.data(), 1024); ++i) {
        }
    }
    void make_room() const { std::filesystem::remove(folder_ + "/filler"); }

private:
    std::string folder_;
    bool mounted_ = false;
};

}  // namespace

TEST_CASE("a full disk stops acknowledging, loses nothing, and recovers when there is room") {
    const SmallDisk disk{"700m"};
    if (!disk.is_mounted()) return skip("a small disk cannot be mounted here");
    ScratchCluster cluster{disk.folder()};
    FleetUnderFault fleet{ScratchDatabase{cluster}, usual_plan()};
    const auto full = std::chrono::seconds{is_long_form() ? 60 : 6};
    const auto ledger = fleet.report_during(full + 12s, [&] {
        std::this_thread::sleep_for(2s);
        disk.fill();
        std::this_thread::sleep_for(full);
        disk.make_room();
        // PostgreSQL gives up when it cannot write its log; whoever looks after it starts it again.
        std::this_thread::sleep_for(2s);
        cluster.start();
    });
    check(fleet, ledger, "disk full for " + std::to_string(full.count()) + " s");
}
